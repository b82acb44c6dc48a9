import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenedSpecs } from '../../src/builder/package-specs.ts';

const flat = (...layers: readonly string[][]) =>
  flattenedSpecs(
    layers.map((specs) => ({ kind: 'npm', specs })),
    async (path) => /^\/named\/(\w+)/.exec(path)?.[1],
  );

describe('the packages of an image', () => {
  it.each([
    ['left-pad', 'left-pad'],
    ['left-pad@^1.3.0', 'left-pad'],
    ['@scope/name', '@scope/name'],
    ['@scope/name@2', '@scope/name'],
    ['alias@npm:other@1', 'alias'],
    ['local@file:/x', 'local'],
    ['file:/x', undefined],
    ['/x/y', undefined],
    ['user/repository', undefined],
    ['git+https://host/x.git', undefined],
    ['https://host/x.tgz', undefined],
    ['x.tgz', undefined],
  ])('have a name where the spec has one: %s', async (spec, name) => {
    expect((await flat([spec]))[0]?.name).toBe(name);
  });

  it('of two of one name are the later, which keeps its layer', async () => {
    expect(await flat(['a@1', 'b@1'], ['a@2'])).toEqual([
      { name: 'a', spec: 'a@2', layer: 1 },
      { name: 'b', spec: 'b@1', layer: 0 },
    ]);
  });

  it('in folders are called what they call themselves, so that the later wins there too', async () => {
    expect(await flat(['file:/named/a/1', 'b'], ['file:/named/a/2'])).toEqual([
      { name: 'b', spec: 'b', layer: 0 },
      { name: 'a', spec: 'file:/named/a/2', layer: 1 },
    ]);
  });

  it('in folders are named absolutely, since the installer runs elsewhere', async () => {
    const paths = (await flat(['file:./a', './b', 'c@file:c', '/d'])).map(({ spec }) => spec);
    const absolute = [`file:${resolve('a')}`, `file:${resolve('b')}`, `c@file:${resolve('c')}`, 'file:/d'];
    expect(paths.sort()).toEqual(absolute.sort());
  });

  it('are the same set in whatever order one layer names them', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 10 }), async (names) => {
        expect(await flat([...names].reverse())).toEqual(await flat(names));
      }),
    );
  });
});
