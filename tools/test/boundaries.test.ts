import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkBoundaries } from '../checks/boundaries.mjs';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

const packages = ['plugin-api', 'core', 'bundler', 'worker', 'engine', 'ambit', 'testkit'];

/** A tree of our shape in which one file has one import. */
function plant(file: string, imported: string): string {
  const base = mkdtempSync(join(tmpdir(), 'ambit-boundaries-'));
  folders.push(base);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  };
  for (const name of packages) write(`packages/${name}/src/index.ts`, 'export const here = 1;\n');
  for (const name of ['local', 'docker']) write(`plugins/${name}/src/index.ts`, 'export const here = 1;\n');
  write(file, `import '${imported}';\n`);
  return base;
}

it('accepts a tree that keeps the rules', () => {
  expect(checkBoundaries(plant('packages/engine/src/plan.ts', '@ambit/core'))).toEqual([]);
  expect(checkBoundaries(plant('packages/ambit/src/compose/app.ts', 'inversify'))).toEqual([]);
  expect(checkBoundaries(plant('plugins/local/src/executor.ts', '@ambit/plugin-api'))).toEqual([]);
});

it.each([
  ['core reads files', 'packages/core/src/bad.ts', 'node:fs', 'pure-core'],
  ['core starts a process', 'packages/core/src/bad.ts', 'child_process', 'pure-core'],
  ['core knows a plugin', 'packages/core/src/bad.ts', '@ambit/local', 'core-imports'],
  ['a plugin knows another by name', 'plugins/docker/src/bad.ts', '@ambit/local', 'plugin-imports'],
  ['a plugin knows another by path', 'plugins/docker/src/bad.ts', '../../local/src/index.ts', 'plugin-imports'],
  ['a plugin knows the engine', 'plugins/local/src/bad.ts', '@ambit/engine', 'plugin-imports'],
  ['the engine knows a plugin', 'packages/engine/src/bad.ts', '@ambit/local', 'engine-imports'],
  ['the engine reads files', 'packages/engine/src/bad.ts', 'node:fs/promises', 'engine-is-portable'],
  ['the worker knows core', 'packages/worker/src/bad.ts', '../../core/src/index.ts', 'worker-imports'],
  ['plugin-api knows anybody', 'packages/plugin-api/src/bad.ts', '@ambit/core', 'plugin-api-imports'],
  ['inversify outside of ambit', 'packages/engine/src/bad.ts', 'inversify', 'inversify-in-the-composition-root'],
  ['inversify outside of the composition root', 'packages/ambit/src/bad.ts', 'inversify', 'inversify-in-the-composition-root'],
])('catches that %s', (_, file, imported, rule) => {
  expect(checkBoundaries(plant(file, imported))).toEqual([expect.stringMatching(`^${rule}: ${file} -> `)]);
});

it('catches a cycle', () => {
  const base = plant('packages/core/src/one.ts', './two.ts');
  writeFileSync(join(base, 'packages/core/src/two.ts'), "import './one.ts';\n");
  expect(checkBoundaries(base)).toContainEqual(expect.stringMatching(/^no-cycles: /));
});

it('does not pass where it saw nothing', () => {
  const base = mkdtempSync(join(tmpdir(), 'ambit-boundaries-'));
  folders.push(base);
  mkdirSync(join(base, 'packages'));
  mkdirSync(join(base, 'plugins'));
  expect(checkBoundaries(base)).toHaveLength(1);
});
