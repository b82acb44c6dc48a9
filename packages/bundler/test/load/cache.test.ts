import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryProjects } from './projects.ts';
import type { Files, TestProject } from './test-project.ts';

const project = temporaryProjects();

function entries(made: TestProject): readonly string[] {
  const loaded = join(made.cacheDirectory, 'loaded');
  return readdirSync(loaded).flatMap((folder) => readdirSync(join(loaded, folder)).map((name) => join(loaded, folder, name)));
}

function indexFile(made: TestProject): string {
  return entries(made).find((path) => path.endsWith('index.json'))!;
}

async function isKept(made: TestProject): Promise<boolean> {
  return (await made.load()).exports.kept === true;
}

/** A project that was loaded long ago: files that are young are read again, their stamps may not tell. */
async function settledProject(files: Files): Promise<TestProject> {
  const made = project(files);
  made.install('lib', 'export const version = 1;');
  await settle(made);
  return made;
}

/** The code that is kept says so; what is prepared anew does not. */
async function settle(made: TestProject): Promise<void> {
  await made.load();
  const index = JSON.parse(readFileSync(indexFile(made), 'utf8')) as { module: string; size: number; inputs: { takenAt: number } };
  const path = join(dirname(indexFile(made)), index.module);
  writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const kept = true;`);
  index.inputs.takenAt += 60_000;
  index.size = statSync(path).size;
  writeFileSync(indexFile(made), JSON.stringify(index));
}

const files: Files = {
  'main.ts': `import { TaskEnvironment } from 'ambit'; import { b } from './parts/b.js'; import { named } from 'gone'; import * as lib from 'lib'; import data from './data.json';
    import type { Options } from './types.js';
    export const env = new TaskEnvironment({ name: 'env' });
    export const t = env.task('t', async (options: Options) => [b, named, lib, data, options]);`,
  'parts/b.ts': 'export const b = 1;',
  'types.ts': 'export interface Options { a: string }',
  'data.json': '{}',
  'tsconfig.json': '{ "extends": "./base.json" }',
  'base.json': '{}',
};

describe('what is kept of a project', () => {
  it('serves as long as nothing changed', async () => {
    const made = await settledProject(files);
    expect([await isKept(made), await isKept(made)]).toEqual([true, true]);
  });

  it('serves where files were touched, and not changed', async () => {
    const made = await settledProject(files);
    for (const name of Object.keys(files)) utimesSync(join(made.root, name), 1, 1);
    renameSync(join(made.root, 'main.ts'), join(made.root, 'moved.ts'));
    made.write({ 'main.ts': files['main.ts']! });
    const before = readFileSync(indexFile(made), 'utf8');
    expect(await isKept(made)).toBe(true);
    expect(readFileSync(indexFile(made), 'utf8')).not.toBe(before);
    expect(await isKept(made)).toBe(true);
  });

  it.each<[string, (made: TestProject) => void]>([
    ['the entry is changed', (made) => made.write({ 'main.ts': `${files['main.ts']}\n` })],
    [
      'the entry is changed without its size and time',
      (made) => sameStat(made, 'main.ts', files['main.ts']!.replace('named, lib', 'lib, named')),
    ],
    ['an imported module is changed', (made) => made.write({ 'parts/b.ts': 'export const b = 2;' })],
    [
      'an imported module is removed, and another stands in',
      (made) => (unlinkSync(join(made.root, 'parts/b.ts')), made.write({ 'parts/b.js': 'export const b = 1;' })),
    ],
    ['a module appears that comes first', (made) => made.write({ 'parts/b.js': 'export const b = 3;' })],
    ['a module that only types come from is changed', (made) => made.write({ 'types.ts': 'export interface Options { b: number }' })],
    ['imported data are changed', (made) => made.write({ 'data.json': '{"a":1}' })],
    ['the tsconfig.json is changed', (made) => made.write({ 'tsconfig.json': '{}' })],
    ['what the tsconfig.json extends is changed', (made) => made.write({ 'base.json': '{"compilerOptions":{}}' })],
    ['a nearer tsconfig.json appears', (made) => made.write({ 'parts/tsconfig.json': '{}' })],
    ['the package.json is changed', (made) => made.write({ 'package.json': '{"name":"other","type":"module"}' })],
    ['a nearer package.json appears', (made) => made.write({ 'parts/package.json': '{}' })],
    ['a package that was missing is installed', (made) => made.install('gone', 'export const named = 1;')],
    ['a package that was missing is installed further out', (made) => made.install('gone', 'export const named = 1;', { at: '..' })],
    [
      'a package is installed in another version',
      (made) => made.install('lib', 'export const version = 2;', { manifest: { version: '2.0.0' } }),
    ],
    ['a package is removed', (made) => rmSync(join(made.root, 'node_modules/lib'), { recursive: true })],
    ['the module of a package is removed', (made) => unlinkSync(join(made.root, 'node_modules/lib/index.js'))],
    ['another package is linked in its place', (made) => relink(made)],
    [
      'its code is removed from the cache',
      (made) =>
        entries(made)
          .filter((path) => path.endsWith('.mjs'))
          .forEach((path) => unlinkSync(path)),
    ],
    [
      'its code is cut short',
      (made) =>
        entries(made)
          .filter((path) => path.endsWith('.mjs'))
          .forEach((path) => writeFileSync(path, 'export const kept = true;')),
    ],
    ['its index is removed from the cache', (made) => unlinkSync(indexFile(made))],
    ['its index is cut short', (made) => writeFileSync(indexFile(made), readFileSync(indexFile(made), 'utf8').slice(0, -100))],
    ['its index is something else', (made) => writeFileSync(indexFile(made), '[]')],
    [
      'it was prepared by another version',
      (made) => writeFileSync(indexFile(made), readFileSync(indexFile(made), 'utf8').replace(/"maker":"[^,]*,/, '"maker":"{\\"size\\":1,')),
    ],
  ])('does not serve where %s', async (_, change) => {
    const made = await settledProject(files);
    change(made);
    expect(await isKept(made)).toBe(false);
  });

  it('is made from what is there: what was changed is what is loaded', async () => {
    const made = project({ 'main.ts': `export { b } from './b.js';`, 'b.ts': 'export const b = 0;' });
    for (let b = 0; b < 10; b += 1) {
      made.write({ 'b.ts': `export const b = ${b};` });
      expect((await made.load()).exports).toEqual({ b });
    }
  });

  it('has the parameters of tasks', async () => {
    const made = await settledProject(files);
    const { tasks, exports } = await made.load();
    expect(exports.kept).toBe(true);
    expect(tasks[0]?.parameters).toMatchObject([{ name: 'options', kind: 'object', fields: [{ name: 'a', kind: 'string' }] }]);
  });

  it('is not served where an alias could lead to a file that is not there yet', async () => {
    const made = project({
      'main.ts': `import { here } from '@/here'; export const use = () => here;`,
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
    });
    await made.load();
    made.write({ 'src/here.ts': 'export const here = 1;' });
    expect(((await made.load()).exports.use as () => unknown)()).toBe(1);
  });

  it('knows all that a tsconfig.json extends, also from packages', async () => {
    const made = await settledProject({
      'main.ts': 'export const a = 1;',
      'tsconfig.json': '{ /* two */ "extends": ["./a", "@team/config/base.json", "plain-config",], }',
      'a.json': '{"extends":"./b.json"}',
      'b.json': '{}',
      'node_modules/@team/config/base.json': '{}',
      'node_modules/plain-config/tsconfig.json': '{}',
    });
    for (const name of ['b.json', 'node_modules/@team/config/base.json', 'node_modules/plain-config/tsconfig.json']) {
      expect(await isKept(made)).toBe(true);
      made.write({ [name]: '{"compilerOptions":{}}' });
      expect(await isKept(made)).toBe(false);
      await settle(made);
    }
  });

  it('serves where a folder of a package has nothing in it', async () => {
    const made = await settledProject({
      'parts/main.ts': `import { version } from 'lib'; export { version };`,
      'main.ts': `export { version } from './parts/main.js';`,
      'parts/node_modules/lib/README.md': '',
    });
    expect(await isKept(made)).toBe(true);
    made.install('lib', 'export const version = 2;', { at: 'parts' });
    expect((await made.load()).exports.version).toBe(2);
  });

  it('is whole for every process that reads it, and nothing is left beside it', async () => {
    const made = project(files);
    await Promise.all([made.load(), made.load(), made.load()]);
    expect(entries(made).map((path) => path.replace(/^.*\/[^/.]*/, ''))).toEqual(expect.arrayContaining(['.json', '.mjs', '.mjs.map']));
    expect(entries(made).filter((path) => path.endsWith('.part'))).toEqual([]);
  });

  it('is swept when it is old, and not before', async () => {
    const made = project({ 'main.ts': 'export const a = 1;' });
    await made.load();
    const [old] = entries(made).filter((path) => path.endsWith('.mjs'));
    made.write({ 'main.ts': 'export const a = 2;' });
    await made.load();
    expect(existsSync(old!)).toBe(true);
    utimesSync(old!, 1, 1);
    made.write({ 'main.ts': 'export const a = 3;' });
    await made.load();
    expect(existsSync(old!)).toBe(false);
  });
});

function sameStat(made: TestProject, name: string, text: string): void {
  const path = join(made.root, name);
  const { atime, mtime, size } = statSync(path);
  writeFileSync(path, text);
  utimesSync(path, atime, mtime);
  if (statSync(path).size !== size) throw new Error('the size is another');
}

function relink(made: TestProject): void {
  const other = join(made.root, '../other');
  made.install('lib', 'export const version = 2;', { at: '../other', manifest: { version: '2.0.0' } });
  rmSync(join(made.root, 'node_modules/lib'), { recursive: true });
  mkdirSync(join(made.root, 'node_modules'), { recursive: true });
  symlinkSync(join(other, 'node_modules/lib'), join(made.root, 'node_modules/lib'));
}
