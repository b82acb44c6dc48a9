import { afterEach, expect, it } from 'vitest';
import { IMPORTS, codeOf, main, project, removeProjects } from './bundle-project.ts';

afterEach(removeProjects);

it('lists what the code imports, with the shortest way to it', async () => {
  const tried = main(
    `import { lib } from './lib.js';
import type { Never } from 'types-only';
import sub from '@scope/pkg/sub.js';
export const ours = own.task('ours', async (x: Never) => [lib(), sub]);`,
    {
      'lib.ts': `import { readFile } from 'fs/promises';\nimport { deep } from './deep.js';\nexport const lib = () => [deep, readFile];`,
      'deep.ts': `export { deep } from 'deep';\nexport * from './unused.js';`,
      'unused.ts': `import 'unused';`,
    },
  );
  tried.install('unused', '');
  expect((await tried.bundle('own')).packages).toEqual([
    { name: '@scope/pkg', specifier: '@scope/pkg/sub.js', chain: ['main.ts:5'], optional: false },
    { name: 'deep', specifier: 'deep', chain: ['main.ts:3', 'lib.ts:2', 'deep.ts:1'], optional: false },
  ]);
});

it('knows which imports may fail', async () => {
  const tried = main(`import { createRequire } from 'node:module';
const require2 = createRequire(import.meta.url);
export const ours = own.task('ours', async () => {
  try { await import('guarded'); } catch {}
  try { require2('required'); } catch {}
  try { (() => require2('function'))(); } catch {}
  try { await import('finally'); } finally {}
  await import('caught').catch(() => {});
  await import('both').catch(() => {});
  await import('both');
  createRequire(import.meta.url).resolve('resolved/package.json');
  await import('node:fs');
});`);
  const { packages } = await tried.bundle('own');
  expect(packages.filter(({ optional }) => optional).map(({ name }) => name)).toEqual(['caught', 'guarded', 'required']);
  expect(packages.filter(({ optional }) => !optional).map(({ name }) => name)).toEqual(['both', 'finally', 'function', 'resolved']);
  expect(packages.find(({ name }) => name === 'both')?.chain).toEqual(['main.ts:12']);
});

it('keeps packages outside, in their own words', async () => {
  const tried = main(
    `import { value } from '#dep';
     import { two } from 'two/deep/file.js';
     import { data } from './data.js';
     export const ours = own.task('ours', async () => [value, two, data]);`,
    {
      'package.json': '{"name":"words","type":"module","imports":{"#dep":{"node":"dep","default":"./never.js"}}}',
      'data.ts': `import { readFileSync } from 'node:fs'; export const data = typeof readFileSync;`,
    },
  );
  tried.install('dep', 'export const value = 0;');
  const bundle = await tried.bundle('own');
  expect(bundle.packages.map(({ specifier }) => specifier)).toEqual(['dep', 'two/deep/file.js']);
  expect(codeOf(bundle)).toContain('from "dep"');
});

it('has require where the code uses it', async () => {
  const tried = main(`const lazy = () => require('lazy'); export const ours = own.task('ours', async () => lazy().value);`);
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([{ name: 'lazy', specifier: 'lazy', chain: ['main.ts:3'], optional: false }]);
  expect((await tried.run(bundle, 'own.ours', [], { lazy: 'export const value = 7;' })).result).toBe(7);
});

it('counts what JSX needs', async () => {
  const tried = main(`export * from './view.js';`, {
    'tsconfig.json': '{"compilerOptions":{"jsx":"react-jsx","jsxImportSource":"views"}}',
    'view.tsx': `import { own } from './environments.js'; const View = () => <p>text</p>; export const ours = own.task('ours', async () => <View />);`,
  });
  tried.install('views', 'export const jsx = (tag) => typeof tag;', { manifest: { exports: { './jsx-runtime': './index.js' } } });
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([{ name: 'views', specifier: 'views/jsx-runtime', chain: ['view.tsx:1'], optional: false }]);
});

it('keeps what makes elements of JSX', async () => {
  const tried = main(`export * from './view.js';`, {
    'tsconfig.json': '{"compilerOptions":{"jsx":"react","jsxFactory":"make"}}',
    'view.tsx': `import { own } from './environments.js'; import { make } from './make.js'; export const ours = own.task('ours', async () => <p>text</p>);`,
    'make.ts': `export const make = (tag: string, _: null, text: string) => tag + text;`,
  });
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).result).toBe('ptext');
});

it('says which version of each package the nearest package.json asks for', async () => {
  const made = project({
    'package.json': JSON.stringify({
      type: 'module',
      dependencies: { '@a/b': '^1.2.0', unused: '1' },
      devDependencies: { lib: '~2.0.0', inner: '9' },
    }),
    'main.ts': `${IMPORTS}import { x } from './inner/x.js'; import b from '@a/b/c'; import lib from 'lib'; import none from 'none';
export const ours = own.task('ours', async () => [x, b, lib, none]);`,
    'inner/package.json': JSON.stringify({ type: 'module', optionalDependencies: { inner: '3.0.0' } }),
    'inner/x.ts': `import inner from 'inner'; export const x = inner;`,
  });
  const first = await made.bundle('own');
  expect(first.wants).toEqual({ '@a/b': '^1.2.0', inner: '3.0.0', lib: '~2.0.0' });
  expect((await made.bundle('other')).wants).toBeUndefined();
  made.write({ 'inner/package.json': '{ "type": "module", "dependencies": { "inner": 3 } }' });
  expect((await made.bundle('own')).wants).toEqual({ '@a/b': '^1.2.0', lib: '~2.0.0' });
});
