import { describe, expect, test } from 'vitest';
import type { BundleFacts, ImageDescription } from '../../../src/index.ts';
import { cluster, codes, debian, docker, environment, graphOf, npm, onlyDiagnostic, planOf, planned } from '../scene.ts';
import type { EnvironmentParts, World } from '../scene.ts';

function call(environmentName: string, at: string): BundleFacts['calls'][number] {
  return { task: `${environmentName}.run`, environment: environmentName, at };
}

describe('a call to a task', () => {
  test('of an environment that is not in the plan is an error at the call', () => {
    const a = environment('a', { at: 'main.ts:3' });
    const world: World = { bundles: { a: { calls: [call('b', 'lib.ts:7')] } }, others: [environment('b', { at: 'b.ts:1' })] };
    expect(onlyDiagnostic(planOf([a], world))).toEqual({
      code: 'AMBIT_PLAN_UNREACHED_TASK',
      severity: 'error',
      message: 'a calls b.run, and the environment b is not in this plan.',
      hint: 'Add the environment b to dependsOn of a (main.ts:3).',
      at: 'lib.ts:7',
      environment: 'a',
    });
  });

  test('is reported at each place, and in the environment of each caller', () => {
    const calls = [call('x', 'lib.ts:1'), call('x', 'lib.ts:2'), call('x', 'lib.ts:1')];
    const { a } = graphOf({ a: ['b'], b: [] });
    const plan = planOf([a!], { bundles: { a: { calls }, b: { calls: calls.slice(1, 2) } } });
    expect(plan.diagnostics.map(({ environment: name, at }) => [name, at])).toEqual([
      ['a', 'lib.ts:1'],
      ['a', 'lib.ts:2'],
      ['b', 'lib.ts:2'],
    ]);
  });

  test('that the root alone depends on is a warning where a grandchild calls it', () => {
    const { root } = graphOf({ root: ['child', 'helper'], child: ['grandchild'], grandchild: [], helper: [] });
    const plan = planOf([root!], { bundles: { grandchild: { calls: [call('helper', 'g.ts:5')] } } });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_INDIRECT_DEPENDENCY',
      severity: 'warning',
      message: 'grandchild calls helper.run, and only others bring the environment helper into this plan.',
      hint: 'Add the environment helper to dependsOn of grandchild.',
      at: 'g.ts:5',
      environment: 'grandchild',
    });
  });

  test('that its own environment reaches, however far, is right', () => {
    const { root } = graphOf({ root: ['a', 'b'], a: ['x'], x: ['z'], b: ['y'], y: ['x', 'z'], z: [] });
    const calls = (name: string) => ({ calls: [call(name, 'm.ts:1')] });
    expect(planOf([root!], { bundles: { root: calls('z'), b: calls('x'), y: calls('z'), a: calls('a') } }).diagnostics).toEqual([]);
  });

  test('is not judged by edges while there is a cycle', () => {
    const { a } = graphOf({ a: ['b', 'c'], b: ['a'], c: [] });
    expect(codes(planOf([a!], { bundles: { c: { calls: [call('b', 'c.ts:1')] } } }))).toEqual(['AMBIT_PLAN_CYCLE']);
  });
});

describe('a package that the code imports', () => {
  const use = { name: 'lodash', specifier: 'lodash/fp', chain: ['main.ts:3', 'lib.ts:7'], optional: false };
  const diagnosed = (parts: EnvironmentParts, world: World = {}) =>
    planOf([environment('a', { at: 'main.ts:9', ...parts })], { bundles: { a: { packages: [use] } }, ...world });

  test('and the image lacks is an error with the import chain and the layer to add', () => {
    const plan = diagnosed({ image: debian(npm('fasta-js')) });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_MISSING_PACKAGE',
      severity: 'error',
      message: `a imports 'lodash/fp' (main.ts:3 -> lib.ts:7), and its image has no package lodash.`,
      hint: `Add .withNpmPackages('lodash') to the image of a.`,
      at: 'lib.ts:7',
      environment: 'a',
    });
    expect(planned(plan, 'a').packages).toEqual(['lodash']);
  });

  test('needs an image first, where the environment has none', () => {
    expect(onlyDiagnostic(diagnosed({})).hint).toBe(`Give a an image: Image.fromDebianBase().withNpmPackages('lodash').`);
  });

  test('is a warning where it is optional', () => {
    const bundles = { a: { packages: [{ ...use, optional: true }] } };
    expect(onlyDiagnostic(diagnosed({}, { bundles }))).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('The import is optional.') as string,
    });
  });

  test.each(['lodash', 'lodash@4', 'lodash@^4.17.0', 'lodash@npm:lodash-es@4', 'lodash@https://host/x.tgz', 'lodash@github:lodash/lodash'])(
    'is there by %s',
    (spec) => {
      expect(diagnosed({ image: debian(npm('x'), npm(spec)) }).diagnostics).toEqual([]);
    },
  );

  test.each(['lodash-es', '@types/lodash', 'other@npm:lodash@4', 'lodas'])('is not there by %s', (spec) => {
    expect(codes(diagnosed({ image: debian(npm(spec)) }))).toEqual(['AMBIT_PLAN_MISSING_PACKAGE']);
  });

  test('may have a scope', () => {
    const packages = [{ name: '@x/y', specifier: '@x/y/z', chain: [], optional: false }];
    const world: World = { bundles: { a: { packages } } };
    expect(diagnosed({ image: debian(npm('@x/y@1')) }, world).diagnostics).toEqual([]);
    expect(onlyDiagnostic(diagnosed({ image: debian(npm('y')) }, world))).toMatchObject({
      message: `a imports '@x/y/z', and its image has no package @x/y.`,
      at: 'main.ts:9',
    });
  });

  test.each<[string, ImageDescription, World]>([
    ['a repository', debian(npm('github:lodash/lodash')), {}],
    ['a tarball', debian(npm('https://host/lodash.tgz')), {}],
    ['a folder', debian(npm('file:/p/lodash')), { files: { '/p/lodash': 'x' } }],
    ['a project', debian({ kind: 'npm-project', directory: '/p' }), { files: { '/p': 'x' } }],
  ])('may be in what nobody can look into: %s', (_, image, files) => {
    expect(diagnosed({ image }, { builders: { docker }, executors: { cluster }, ...files }).diagnostics).toEqual([]);
  });

  test.each<[string, ImageDescription | string, World, string, string]>([
    [
      'a base of others',
      { base: { kind: 'reference', reference: 'x' }, layers: [npm('a')] },
      {},
      'x has',
      `Add .withNpmPackages('lodash') to the image of a.`,
    ],
    [
      'a Dockerfile',
      { base: { kind: 'dockerfile', file: '/p', context: '/', args: {} }, layers: [] },
      { files: { '/p': 'x' } },
      'its Dockerfile has',
      `Add .withNpmPackages('lodash') to the image of a.`,
    ],
    ['a plain reference', 'busybox', {}, 'busybox has', `Give a an image: Image.fromBase('busybox').withNpmPackages('lodash').`],
  ])('is a warning where nobody knows what is there: %s', (_, image, files, whether, hint) => {
    expect(onlyDiagnostic(diagnosed({ image }, { builders: { docker }, executors: { cluster }, ...files }))).toMatchObject({
      code: 'AMBIT_PLAN_MISSING_PACKAGE',
      severity: 'warning',
      message: `a imports 'lodash/fp' (main.ts:3 -> lib.ts:7), and nobody knows whether ${whether} the package lodash.`,
      hint,
    });
  });

  test('is there on a base of others by a layer', () => {
    const image: ImageDescription = { base: { kind: 'reference', reference: 'x' }, layers: [npm('lodash')] };
    expect(diagnosed({ image }, { builders: { docker }, executors: { cluster } }).diagnostics).toEqual([]);
  });

  test('is known where the facts of a project say what it installs', () => {
    const image = debian({ kind: 'npm-project', directory: '/p' });
    const withPackages = (...packages: string[]): World => ({
      builders: { docker },
      executors: { cluster },
      files: { '/p': { digest: 'sha256:00', packages } },
    });
    expect(diagnosed({ image }, withPackages('lodash')).diagnostics).toEqual([]);
    expect(codes(diagnosed({ image }, withPackages('other')))).toEqual(['AMBIT_PLAN_MISSING_PACKAGE']);
  });
});

describe('a bundle', () => {
  test('that could not be made is an error with the reason', () => {
    const plan = planOf([environment('a', { at: 'main.ts:3' })], { bundles: { a: { failed: 'Unexpected token' } } });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_BUNDLE_FAILED',
      severity: 'error',
      message: 'The code of a could not be bundled: Unexpected token',
      hint: 'Correct the code, and plan again.',
      at: 'main.ts:3',
      environment: 'a',
    });
    expect(planned(plan, 'a')).not.toHaveProperty('bundle');
  });

  test('that could not be made because files changed is said once for all', () => {
    const { a, b } = graphOf({ a: ['b'], b: [] });
    const failed = { failed: 'main.ts changed after it was loaded.', code: 'AMBIT_BUNDLE_CHANGED' };
    const plan = planOf([a!, b!], { bundles: { a: failed, b: failed } });
    expect(onlyDiagnostic(plan)).toMatchObject({ code: 'AMBIT_PLAN_BUNDLE_FAILED', hint: 'Run it again.', environment: 'a' });
  });

  test('has its packages in the plan, each once, sorted', () => {
    const use = (name: string, specifier = name) => ({ name, specifier, chain: [], optional: false });
    const bundles = { a: { packages: [use('b'), use('a', 'a/x'), use('a', 'a/y')] } };
    expect(planned(planOf([environment('a', { image: debian(npm('a', 'b')) })], { bundles }), 'a').packages).toEqual(['a', 'b']);
  });
});
