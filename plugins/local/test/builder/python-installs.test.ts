import type { Layer } from '@ambit/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipName, pythonInstalls } from '../../src/builder/python-installs.ts';

const pip = (specs: readonly string[], indexUrl?: string): Layer => ({
  kind: 'pip',
  specs,
  ...(indexUrl === undefined ? {} : { indexUrl }),
  secrets: [],
});
const requirements: Layer = { kind: 'requirements', files: 'sha256:1', secrets: [] };
const shown = (...layers: readonly Layer[]) =>
  pythonInstalls(layers).map((install) => (install.kind === 'pip' ? install.packages.map(({ spec }) => spec).join(' ') : install.kind));

describe('the Python packages of an image', () => {
  it.each([
    ['numpy', 'numpy'],
    ['Foo.Bar_baz==1', 'foo-bar-baz'],
    ['uvicorn[standard]>=0.30', 'uvicorn'],
    ['torch ; python_version < "3.13"', 'torch'],
    ['own @ https://host/own.whl', 'own'],
    ['https://host/own.whl', undefined],
    ['git+https://host/own.git', undefined],
  ])('have a name where the specification has one: %s', (spec, name) => {
    expect(pipName(spec)).toBe(name);
  });

  it('are one install where neighbours ask the same indexes, sorted', () => {
    expect(shown(pip(['b', 'a']), { kind: 'env', variables: {} }, pip(['c']))).toEqual(['a b c']);
    expect(shown(pip(['a']), pip(['b'], 'https://other'), pip(['c']))).toEqual(['a', 'b', 'c']);
  });

  it('of two layers that name one package are the later', () => {
    expect(shown(pip(['Foo.Bar==1', 'x']), pip(['foo-bar==2']))).toEqual(['foo-bar==2 x']);
    expect(shown(pip(['numpy==1']), requirements, pip(['numpy==2']))).toEqual(['requirements', 'numpy==2']);
  });

  it('of one layer are all that it names, for it may mean different machines', () => {
    const specs = ['numpy==1; python_version < "3.9"', 'numpy==2; python_version >= "3.9"'];
    expect(shown(pip(specs))).toEqual([specs.join(' ')]);
  });

  it('keep the order of layers of other kinds', () => {
    expect(shown(requirements, pip(['a']), { kind: 'uv-project', files: 'sha256:2', groups: [] })).toEqual([
      'requirements',
      'a',
      'uv-project',
    ]);
  });

  it('are the same in whatever order one layer names them', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 10 }), (names) => {
        expect(shown(pip([...names].reverse()))).toEqual(shown(pip(names)));
      }),
    );
  });
});
