import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Files } from '../load/test-project.ts';
import { IMPORTS, codeOf, project, removeProjects, textOf } from './bundle-project.ts';
import type { BundleProject } from './bundle-project.ts';

afterEach(removeProjects);

/** What a task of `own` gives in its bundle; `theirs` must not be in it. */
async function ran(made: BundleProject, entry = 'main.ts', packages: Files = {}): Promise<unknown> {
  const bundle = await made.bundle('own', entry);
  expect(bundle.files.some(({ data }) => Buffer.from(data).includes('a secret of theirs'))).toBe(false);
  expect(bundle.diagnostics).toEqual([]);
  return (await made.run(bundle, 'own.ours', ['x'], packages)).result;
}

const MAIN = `${IMPORTS}import { helper } from './helper.js';
export const theirs = other.task('theirs', async () => 'a secret of theirs');
export const ours = own.task(
  'ours',
  async (name: string): Promise<string> =>
    helper(name) + \`
end\`,
);
`;
const HELPER = `/* first */\nexport function helper(name: string): string {\n  // says hello\n  return 'hello ' + name;\n}\n`;

describe('a module', () => {
  it('may have the line ends of Windows', async () => {
    const made = project({ 'main.ts': MAIN.replaceAll('\n', '\r\n'), 'helper.ts': HELPER.replaceAll('\n', '\r\n') });
    expect(await ran(made)).toBe('hello x\nend');
    const bundle = await made.bundle('own');
    const plain = await project({ 'main.ts': MAIN, 'helper.ts': HELPER }).bundle('own');
    expect(codeOf(bundle)).toBe(codeOf(plain));
    expect(bundle.digest).toBe(plain.digest);
  });

  it('may begin with a byte order mark, or the name of a program', async () => {
    expect(await ran(project({ 'main.ts': `\uFEFF${MAIN}`, 'helper.ts': `\uFEFF${HELPER}` }))).toBe('hello x\nend');
    expect(await ran(project({ 'main.ts': `#!/usr/bin/env -S npx tsx\n${MAIN}`, 'helper.ts': `#!/bin/x\n${HELPER}` }))).toBe(
      'hello x\nend',
    );
    expect(await ran(project({ 'main.ts': `\uFEFF#!/usr/bin/env -S npx tsx\n${MAIN}`.slice(1), 'helper.ts': HELPER }))).toBe(
      'hello x\nend',
    );
  });

  it.each<[string, Files]>([
    ['main.mts', { 'main.mts': MAIN.replace('./helper.js', './helper.mjs'), 'helper.mts': HELPER }],
    ['main.tsx', { 'main.tsx': MAIN, 'helper.tsx': `${HELPER}export const element = (jsx: any) => <p>{jsx}</p>;` }],
    [
      'main.jsx',
      {
        'main.jsx': MAIN.replace('./helper.js', './helper.jsx').replaceAll(/: (Promise<string>|string)/g, ''),
        'helper.jsx': HELPER.replaceAll(': string', ''),
      },
    ],
    ['main.js', { 'main.js': MAIN.replaceAll(/: (Promise<string>|string)/g, ''), 'helper.js': HELPER.replaceAll(': string', '') }],
    ['main.ts', { 'main.ts': MAIN.replace('./helper.js', './helper.cjs'), 'helper.cts': HELPER }],
    ['main.ts', { 'main.ts': MAIN.replace('./helper.js', './helper'), 'helper/index.ts': HELPER }],
    ['main.ts', { 'main.ts': MAIN.replace('./helper.js', './helper.ts'), 'helper.ts': HELPER }],
  ])('may be called %s', async (entry, files) => {
    expect(await ran(project(files), entry)).toBe('hello x\nend');
  });

  it('may be a CommonJS module of TypeScript that defines tasks', async () => {
    const main = `import { other, own } from './environments.js';\nimport helper = require('./helper.cjs');
const theirs = other.task('theirs', async () => 'a secret of theirs');
const ours = own.task('ours', async (name: string) => helper.helper(name));
export { other, own, ours, theirs };`;
    expect(await ran(project({ 'main.cts': main, 'helper.cts': HELPER }), 'main.cts')).toBe('hello x');
  });

  it.each(['a folder', 'ordner/größe', 'данные 数据', "it's (here) [now]", 'a#b?c%20d', 'node_modules/project', '$HOME;x'])(
    'may lie in a folder called %s',
    async (folder) => {
      const made = project(
        { 'main.ts': MAIN.replace('./helper.js', './sub folder/ß helper.js'), 'sub folder/ß helper.ts': HELPER },
        folder,
      );
      expect(await ran(made)).toBe('hello x\nend');
      expect((await made.load()).tasks.map(({ definition }) => definition.at)).toEqual(['main.ts:4', 'main.ts:5']);
      // Addresses, relative to the map.
      const map = JSON.parse(textOf(await made.bundle('own'), 'entry.js.map')) as { readonly sources: readonly string[] };
      expect(map.sources.map(decodeURI)).toEqual(['sub folder/ß helper.ts', 'main.ts']);
    },
  );

  it('of a project in a node_modules folder may import packages beside it', async () => {
    const main = `${IMPORTS}import { beside } from 'beside';\nexport const ours = own.task('ours', async (name: string) => beside + name);`;
    const made = project(
      {
        'main.ts': main,
        '../beside/package.json': '{"name":"beside","type":"module","exports":"./index.js"}',
        '../beside/index.js': `export const beside = 'on the way ';`,
      },
      'node_modules/project',
    );
    expect((await made.bundle('own')).packages.map(({ name }) => name)).toEqual(['beside']);
    expect(await ran(made, 'main.ts', { beside: `export const beside = 'in the image ';` })).toBe('in the image x');
  });

  it('of a project that is reached by a link is the same as without', async () => {
    const made = project({ 'main.ts': MAIN, 'helper.ts': HELPER });
    symlinkSync(made.root, join(dirname(made.root), 'link'));
    const linked = await made.load(join('..', 'link', 'main.ts'));
    const own = linked.environments.find(({ definition }) => definition.name === 'own')!.definition;
    expect(linked.root).toBe(made.root);
    expect((await linked.bundle(own)).digest).toBe((await made.bundle('own')).digest);
  });

  it('takes of a package what its conditions say for Node', async () => {
    const files = {
      'main.ts': `${IMPORTS}import { from } from '#inner';\nimport { shared } from '@team/shared';\nexport const ours = own.task('ours', async () => [from, shared]);`,
      'package.json': JSON.stringify({
        name: 'project',
        type: 'module',
        imports: { '#inner': { browser: './browser.ts', node: './node.ts' } },
      }),
      'node.ts': `export const from = 'node';`,
      'browser.ts': `export const from = 'browser';`,
      'shared/package.json': JSON.stringify({
        name: '@team/shared',
        type: 'module',
        exports: { '.': { browser: './no.ts', default: './index.ts' } },
      }),
      'shared/index.ts': `export const shared: string = 'shared';`,
    };
    const made = project(files);
    made.write({ 'node_modules/@team/.keep': '' });
    symlinkSync('../../shared', join(made.root, 'node_modules/@team/shared'));
    expect(await ran(made)).toEqual(['node', 'shared']);
  });

  it('may be found through the paths of its tsconfig.json, also of one that extends another', async () => {
    const files = {
      'main.ts': `${IMPORTS}import { helper } from '@/deep/helper';\nimport { exact } from 'exact';\nexport const ours = own.task('ours', async (name: string) => helper(name) + exact);`,
      'tsconfig.json': `{ "extends": "./config/base.json" /* more there */ }`,
      'config/base.json': `{ "compilerOptions": { "paths": { "@/*": ["../src/*"], "exact": ["../src/exact.ts"], }, }, }`,
      'src/deep/helper.ts': HELPER,
      'src/exact.ts': `export const exact = '!';`,
    };
    expect(await ran(project(files))).toBe('hello x!');
  });
});

it('keeps lines and columns of what it moves nothing of, and of what it does', async () => {
  const fails = `export const fails = (): never => { /* gone */ throw new Error('deep'); };\n`;
  const main = `${IMPORTS}import { fails } from './fails.js';\nexport const x = 1, unused = other.task('theirs', async () => 2); export const ours = own.task('ours', async () => fails());\n`;
  const made = project({ 'main.ts': main, 'fails.ts': fails });
  const failure = made.run(await made.bundle('own'), 'own.ours');
  const column = (text: string, what: string): number =>
    text
      .split('\n')
      .find((line) => line.includes(what))!
      .indexOf(what) + 1;
  const [inner, outer] = [column(fails, 'new Error'), column(main, 'fails());')];
  await expect(failure).rejects.toThrow(new RegExp(`fails\\.ts:1:${inner}\\)\\n.*main\\.ts:4:${outer}\\)`));
});
