import { pathToFileURL } from 'node:url';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryProjects } from './projects.ts';
import { ambitModule } from './test-project.ts';

const project = temporaryProjects();
const env = `import { TaskEnvironment } from 'ambit'; const env = new TaskEnvironment({ name: 'env' });\n`;

type AnyTask = () => Promise<unknown>;

describe('packages that are installed', () => {
  it('are taken from where the importing file is: two versions stay two', async () => {
    const made = project({
      'package.json': '{"name":"root","type":"module"}',
      'main.ts': `export { version as ours, required as ourRequired } from './ours.js'; export { version as theirs, required as theirRequired } from './packages/part/index.js';`,
      'ours.ts': `import { version } from 'lib'; import { createRequire } from 'node:module'; export { version }; export const required = createRequire(import.meta.url)('lib-cjs').version;`,
      'packages/part/index.ts': `import { version } from 'lib'; export { version }; export const required = require('lib-cjs').version;`,
    });
    made.install('lib', 'export const version = 1;');
    made.install('lib', 'export const version = 2;', { at: 'packages/part' });
    made.install('lib-cjs', 'exports.version = 1;', { manifest: { type: 'commonjs' } });
    made.install('lib-cjs', 'exports.version = 2;', { at: 'packages/part', manifest: { type: 'commonjs' } });
    expect((await made.load()).exports).toEqual({ ours: 1, ourRequired: 1, theirs: 2, theirRequired: 2 });
  });

  it('are one instance with what the process imported itself', async () => {
    const made = project(`export { instance } from 'lib';`);
    made.install('lib', 'export const instance = {};');
    const { exports } = await made.load();
    const again = (await made.load()).exports;
    expect(exports.instance).toBe(again.instance);
  });

  it('are resolved by the conditions of Node: what they have for bundlers is not for us', async () => {
    const made = project(`import { from } from 'lib'; import { from as old } from 'old-lib'; export { from, old };`);
    made.install('lib', `export const from = 'import';`, { manifest: { exports: { module: './bundler.js', import: './index.js' } } });
    made.install('old-lib', `export const from = 'main';`, {
      manifest: { exports: undefined, module: './bundler.js', main: './index.js' },
    });
    for (const name of ['lib', 'old-lib']) made.write({ [`node_modules/${name}/bundler.js`]: `export const from = 'module';` });
    expect((await made.load()).exports).toEqual({ from: 'import', old: 'main' });
  });

  it('are part of the project where a workspace links them: their definitions are seen', async () => {
    const made = project({
      'package.json': '{"name":"root","type":"module"}',
      'main.ts': `export { env, task } from '@team/shared';`,
      'packages/shared/package.json': '{"name":"@team/shared","type":"module","exports":"./src/index.ts"}',
      'packages/shared/src/index.ts': `${env}export { env };\nexport const task = env.task('t', async (n: number) => n);`,
    });
    mkdirSync(join(made.root, 'node_modules/@team'), { recursive: true });
    symlinkSync('../../packages/shared', join(made.root, 'node_modules/@team/shared'));
    const { tasks } = await made.load();
    expect(tasks).toMatchObject([
      { definition: { id: 'env.t', at: 'packages/shared/src/index.ts:3' }, parameters: [{ name: 'n', kind: 'number' }] },
    ]);
  });

  it('are found by the aliases of the nearest tsconfig.json only where those lead somewhere', async () => {
    const made = project({
      'main.ts': `import { here } from '@/here'; import { there } from '#there'; import lib from 'lib'; export { here, there, lib };`,
      'tsconfig.json': `{ // an alias\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, }, }`,
      'package.json': '{"name":"p","type":"module","imports":{"#there":"./src/there.ts"}}',
      'src/here.ts': 'export const here = 1;',
      'src/there.ts': 'export const there = 2;',
    });
    made.install('lib', 'export default 3;');
    expect((await made.load()).exports).toEqual({ here: 1, there: 2, lib: 3 });
  });

  it('give their JSON', async () => {
    const made = project(
      `import manifest from 'lib/package.json'; import data from './data.json' with { type: 'json' }; import { list } from './data.json'; export { manifest, data, list };`,
    );
    made.install('lib', '', { manifest: { exports: undefined } });
    made.write({ 'data.json': '{"list":[1]}' });
    expect((await made.load()).exports).toMatchObject({ manifest: { name: 'lib' }, data: { list: [1] }, list: [1] });
  });
});

describe('packages that are not installed', () => {
  const every = `
import whole, { named, 'a-b' as dashed } from 'gone';
import * as all from 'gone-too/deep';
import type { OnlyType } from 'gone-types';
import 'gone-effects';
import old = require('gone-old');
export { reexported, default as other } from '@gone/scoped';
export * as ns from 'gone-ns';
export { starred } from './star.js';
const lib = require('gone-cjs');
const { part } = require('gone-cjs');
${env}
export const held = [whole, named, dashed, all, old, lib, part].length;
export type X = OnlyType;
`;

  it('do not stop loading, in whatever way they are imported', async () => {
    const made = project({ 'main.ts': `${every}export const t = env.task('t', async () => 1);`, 'star.ts': `export * from 'gone-star';` });
    const { exports, tasks } = await made.load();
    expect(Object.keys(exports)).toEqual(['reexported', 'other', 'ns', 'starred', 'held', 't']);
    expect(exports.held).toBe(7);
    expect(tasks.map(({ definition }) => definition.id)).toEqual(['env.t']);
  });

  it.each([
    ['whole.cache()', 'gone', 'gone.cache', 'main.ts:2'],
    ['named(1)', 'gone', 'named(…)', 'main.ts:2'],
    ['new named()', 'gone', 'new named(…)', 'main.ts:2'],
    ['dashed.x', 'gone', 'a-b.x', 'main.ts:2'],
    ['class A extends named {}', 'gone', 'named', 'main.ts:2'],
    ['`${named}`', 'gone', 'named', 'main.ts:2'],
    ['all.make()', 'gone-too', 'make(…)', 'main.ts:3'],
    ['Object.keys(all)', 'gone-too', 'the list of its exports', 'main.ts:3'],
    ['old.make()', 'gone-old', 'make(…)', 'main.ts:6'],
    ['lib()', 'gone-cjs', 'gone-cjs(…)', 'main.ts:10'],
    ['part.x', 'gone-cjs', 'part.x', 'main.ts:11'],
  ])('are named when %s is used while the module loads', async (use, name, shown, importedAt) => {
    const made = project({ 'main.ts': `${every}\n\n${use};`, 'star.ts': `export * from 'gone-star';` });
    const failure = made.load();
    await expect(failure).rejects.toMatchObject({
      code: 'AMBIT_LOAD_MISSING_PACKAGE',
      facts: { package: name, importedAt, at: 'main.ts:18' },
    });
    await expect(failure).rejects.toThrow(`The package ${name}, imported at ${importedAt}, is not installed on this machine, and ${shown}`);
  });

  it('may be what elements are made of', async () => {
    const files = {
      'tsconfig.json': '{ "compilerOptions": { "jsx": "react-jsx" } }',
      'main.tsx': `${env}import { useState } from 'react';
const View = (props: any) => <><p {...props} key="a">text</p><b>{useState}<i /></b></>;
export const t = env.task('t', async () => View({}));`,
    };
    const { exports, tasks } = await project(files).load('main.tsx');
    expect(tasks.map(({ definition }) => definition.id)).toEqual(['env.t']);
    await expect((exports.t as AnyTask)()).rejects.toMatchObject({ code: 'AMBIT_LOAD_MISSING_PACKAGE', facts: { package: 'react' } });
    const early = project({ ...files, 'main.tsx': 'export const element = <p />;' }).load('main.tsx');
    await expect(early).rejects.toMatchObject({ facts: { specifier: 'react/jsx-runtime', importedAt: 'main.tsx:1' } });
  });

  it('are named behind export *', async () => {
    const made = project({
      'main.ts': `import { starred } from './star.js';\nstarred();`,
      'star.ts': `export * from 'gone-star';\nexport const mine = 1;`,
    });
    await expect(made.load()).rejects.toMatchObject({
      code: 'AMBIT_LOAD_MISSING_PACKAGE',
      facts: { package: 'gone-star', importedAt: 'star.ts:1' },
    });
  });

  it('do no harm behind export *: a name of the module itself comes first', async () => {
    const made = project({
      'main.ts': `export { mine } from './star.js';`,
      'star.ts': `export * from 'gone-star';\nexport const mine = 1;`,
    });
    expect((await made.load()).exports).toEqual({ mine: 1 });
  });

  it('are there for the module in a circle that is run first', async () => {
    const made = project({
      'main.ts': `import { use } from './b.js'; import { named } from 'gone'; export function run() { return named; } export { use };`,
      'b.ts': `import { run } from './main.js'; export const use = () => run(); export const early = typeof run();`,
    });
    expect(typeof (await made.load()).exports.use).toBe('function');
  });

  it('are named where a task that was called here uses them', async () => {
    const { exports } = await project(`${env}import { named } from 'gone'; export const t = env.task('t', async () => named(1));`).load();
    await expect((exports.t as AnyTask)()).rejects.toMatchObject({ code: 'AMBIT_LOAD_MISSING_PACKAGE', facts: { package: 'gone' } });
  });

  it('are for Node to refuse where the code says what then', async () => {
    const { exports } = await project(`
      let found; try { found = require('gone'); } catch (error) { found = error.code; }
      const later = () => require('gone');
      let dynamic; try { dynamic = await import('gone'); } catch (error) { dynamic = error.code; }
      export const byName = await import('go' + 'ne').catch((error) => error.code);
      export { found, later, dynamic };`).load();
    expect(exports).toMatchObject({ found: 'MODULE_NOT_FOUND', dynamic: 'ERR_MODULE_NOT_FOUND', byName: 'ERR_MODULE_NOT_FOUND' });
    expect(exports.later).toThrow(`Cannot find module 'gone'`);
  });

  it('may be there in another version: names that this one lacks are placeholders', async () => {
    const code = `${env}import lib, { kept, lost } from 'lib'; import { alsoLost as renamed } from 'lib';\nexport { lost as out } from 'lib';
      export { kept }; export const t = env.task('t', async () => [lib, lost(), renamed]);`;
    const made = project(code);
    made.install('lib', 'export const kept = 1;');
    expect((await made.load()).exports.kept).toBe(1);
    await expect(((await made.load()).exports.t as AnyTask)()).rejects.toThrow(
      'The package lib, as it is installed on this machine, has no export lost',
    );
    made.write({ 'main.ts': `${code}\nlost();` });
    await expect(made.load()).rejects.toMatchObject({
      code: 'AMBIT_LOAD_MISSING_PACKAGE',
      facts: { package: 'lib', name: 'lost', at: 'main.ts:5' },
    });
  });

  it('may be there as CommonJS without a name that is imported', async () => {
    const made = project(`import lib, { kept, lost } from 'lib'; export { lib, kept }; export const use = () => lost();`);
    made.install('lib', 'exports.kept = 1;', { manifest: { type: 'commonjs' } });
    expect((await made.load()).exports).toMatchObject({ lib: { kept: 1 }, kept: 1 });
  });
});

describe('ambit itself', () => {
  it('is the one that the caller runs where none is installed', async () => {
    const made = project(`${env}export { env };`);
    const own = join(made.root, '../own/ambit.mjs');
    mkdirSync(dirname(own));
    writeFileSync(own, ambitModule());
    rmSync(join(made.root, 'node_modules'), { recursive: true });
    const { environments } = await made.load('main.ts', { ambit: pathToFileURL(own).href });
    expect(environments.map(({ definition }) => definition.name)).toEqual(['env']);
    await expect(made.load()).rejects.toMatchObject({ code: 'AMBIT_LOAD_MISSING_PACKAGE', facts: { package: 'ambit' } });
  });
});
