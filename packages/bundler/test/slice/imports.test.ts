import { afterEach, expect, it } from 'vitest';
import { main, project, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

const THEIRS = `import { other } from './environments.js';
import { heavy } from 'heavy';
import 'heavy/setup';
console.log('theirs runs');
export const theirs = other.task('theirs', async () => heavy());
export default other.task('standard', async () => heavy());
export function help() { return heavy(); }
export const VERSION = 'v3';`;

it.each([
  ['a name', `import { theirs } from './theirs.js';`, `theirs()`],
  ['another name', `import { theirs as they } from './theirs.js';`, `they()`],
  ['the default', `import they from './theirs.js';`, `they()`],
  ['the default by name', `import { default as they } from './theirs.js';`, `they()`],
  ['a namespace', `import * as all from './theirs.js';`, `all.theirs()`],
  ['a namespace, by a string', `import * as all from './theirs.js';`, `all['theirs']()`],
  ['a namespace taken apart', `import * as all from './theirs.js'; const { theirs: they } = all;`, `they()`],
  ['both', `import they, * as all from './theirs.js';`, `Promise.all([they(), all.theirs()])`],
  ['a barrel', `import { theirs } from './index.js';`, `theirs()`],
  ['a barrel of barrels', `import { theirs } from './outer.js';`, `theirs()`],
  ['a namespace of a barrel', `import { group } from './index.js';`, `group.theirs()`],
  ['a namespace of a namespace', `import * as all from './index.js';`, `all.group.theirs()`],
  ['a renamed default', `import { they } from './index.js';`, `they()`],
  ['an import passed on', `import { passed } from './index.js';`, `passed()`],
  ['an alias', `import { theirs } from './theirs.js'; const they = theirs;`, `they()`],
])('takes no more of a module than it uses: %s', async (_, imports, expression) => {
  const tried = main(`${imports}\nexport const ours = own.task('ours', async () => ${expression});`, {
    'theirs.ts': THEIRS,
    'index.ts': `export * from './theirs.js'; export { default as they } from './theirs.js'; export * as group from './theirs.js'; import { theirs } from './theirs.js'; export { theirs as passed }; import 'barrel-setup';`,
    'outer.ts': `export * from './unrelated.js'; export * from './index.js';`,
    'unrelated.ts': `export * from './outer.js'; export const unrelated = 1; console.log('unrelated');`,
  });
  tried.install('heavy', 'export const heavy = 1;', { manifest: { exports: { '.': './index.js', './setup': './index.js' } } });
  tried.install('barrel-setup', '');
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  const { calls, printed } = await tried.run(bundle, 'own.ours');
  expect(new Set(calls.map(([id]) => id))).toEqual(new Set(bundle.calls.map(({ task }) => task)));
  expect(printed).toEqual([]);
});

it('uses a constant of a module of others without running the module', async () => {
  const tried = main(`import { VERSION } from './theirs.js'; export const ours = own.task('ours', async () => VERSION);`, {
    'theirs.ts': THEIRS,
  });
  tried.install('heavy', 'export const heavy = 1;', { manifest: { exports: { '.': './index.js', './setup': './index.js' } } });
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toBe('v3');
});

it('takes a whole namespace where the code does not say what it uses', async () => {
  const tried = main(`import * as all from './lib.js'; export const ours = own.task('ours', async (name: 'one' | 'two') => all[name]());`, {
    'lib.ts': `export const one = () => 1; export function two() { return 2; }`,
  });
  const bundle = await tried.bundle('own');
  expect((await tried.run(bundle, 'own.ours', ['two'])).result).toBe(2);
});

it('exports what is asked for, under any name', async () => {
  const tried = main(`import { 'a-b' as ab, once } from './lib.js'; export const ours = own.task('ours', async () => [ab, once()]);`, {
    'lib.ts': `import { deep } from './deep.js'; const value = 7, unused = deep(); export { value as 'a-b', unused as 'un-used', deep as once };`,
    'deep.ts': `let n = 0; export function deep() { return ++n; }`,
  });
  const bundle = await tried.bundle('own');
  expect((await tried.run(bundle, 'own.ours')).result).toEqual([7, 2]);
});

it('asks all packages that may have a name for it', async () => {
  const tried = main(
    `import { x, y } from './index.js'; import * as all from './index.js'; export const ours = own.task('ours', async () => [x, y, all.z]);`,
    {
      'index.ts': `export * from 'first'; export * from './local.js'; export * from 'second';`,
      'local.ts': `export const y = 2;`,
    },
  );
  const packages = { first: 'export const x = 1;', second: 'export const z = 3;' };
  for (const [name, code] of Object.entries(packages)) tried.install(name, code);
  expect((await tried.run(await tried.bundle('own'), 'own.ours', [], packages)).result).toEqual([1, 2, 3]);
});

it('runs a JavaScript module for an import whose names nothing uses, as Node does', async () => {
  const tried = main(`import { once } from './lib.js'; export const ours = own.task('ours', async () => once);`, {
    'lib.js': `import { unused } from './effect.js'; export const once = Math.min(1, 2);`,
    'effect.js': `console.log('effect'); export const unused = 1;`,
  });
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).printed).toEqual(['effect']);
});

it('bundles CommonJS modules whole', async () => {
  const tried = main(
    `import lib, { two } from './lib.cjs'; export const ours = own.task('ours', async () => [lib.one, two, __dirname.length > 0]);`,
    {
      'lib.cjs': `const { sep } = require('node:path'); exports.one = sep; exports.two = require('./data.json').two; if (require.main === module) process.exit(1);`,
      'data.json': `{"two": 2}`,
    },
  );
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).result).toEqual(['/', 2, true]);
});

it('follows the aliases of the project', async () => {
  const tried = main(
    `import { one } from '@lib/one'; import { two } from '#two'; export const ours = own.task('ours', async () => [one, two]);`,
    {
      'package.json': '{"name":"aliases","type":"module","imports":{"#two":"./src/two.ts"}}',
      'tsconfig.json': '{"compilerOptions":{"paths":{"@lib/*":["./src/*"]}}}',
      'src/one.ts': 'export const one = 1;',
      'src/two.ts': 'export const two = 2;',
    },
  );
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toEqual([1, 2]);
});

it('keeps modules with tasks, whatever their package says of effects', async () => {
  const tried = project({
    'package.json': '{"name":"pure","type":"module","sideEffects":false}',
    'main.ts': `export * from './environments.js'; export { a } from './a.js'; export { b } from './b.js';`,
    'a.ts': `import { own } from './environments.js'; export const a = own.task('a', async () => 1);`,
    'b.ts': `import { own } from './environments.js'; own.task('b', async () => 2); export const b = 1;`,
  });
  expect((await tried.run(await tried.bundle('own'), 'own.b')).tasks).toEqual(['own.a', 'own.b']);
});
