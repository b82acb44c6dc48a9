import { expect, test } from 'vitest';
import type { ImageDescription } from '../../../src/index.ts';
import { cluster, codes, debian, docker, environment, npm, onlyDiagnostic, planOf } from '../scene.ts';
import type { World } from '../scene.ts';

function planWith(image: ImageDescription, wants: Readonly<Record<string, string>>, names: readonly string[] = ['lodash']) {
  const packages = names.map((name) => ({ name, specifier: name, chain: ['main.ts:3'], optional: false }));
  const world: World = { bundles: { a: { packages, wants } }, builders: { docker }, executors: { cluster } };
  return planOf([environment('a', { at: 'main.ts:9', image })], { ...world, files: { '/p': { digest: 'sha256:00', packages: names } } });
}

test('another version of a package than package.json asks for is a warning at the layer', () => {
  const image: ImageDescription = { ...debian(), layers: [{ ...npm('x', 'lodash@3.10.1'), at: 'main.ts:5' }] };
  expect(onlyDiagnostic(planWith(image, { lodash: '^4.17.0' }))).toEqual({
    code: 'AMBIT_PLAN_PACKAGE_VERSION',
    severity: 'warning',
    message: 'a imports lodash, of which its image installs lodash@3.10.1, and package.json asks for ^4.17.0.',
    hint: `Write 'lodash@^4.17.0' in withNpmPackages, or change package.json.`,
    at: 'main.ts:5',
    environment: 'a',
  });
});

test.each([
  ['4.17.20', '4.17.21'],
  ['4.17.21', '=4.17.20'],
  ['3', '^4.0.0'],
  ['^3.1', '4.x'],
  ['~4.16.0', '^4.17.0'],
  ['0.2.9', '^0.3.0'],
  ['^0.2.3', '0.3.0'],
  ['0.0.4', '^0.0.3'],
  ['5.0.0', '^4.17.21'],
  ['v5.0.0', '~4'],
  ['4.*', '5.X.x'],
])('%s is not what %s asks for', (spec, wanted) => {
  expect(codes(planWith(debian(npm(`lodash@${spec}`)), { lodash: wanted }))).toEqual(['AMBIT_PLAN_PACKAGE_VERSION']);
});

test.each([
  ['4.17.21', '4.17.21'],
  ['4.17.21', '^4.0.0'],
  ['4', '^4.17.21'],
  ['4.x', '4.17.21'],
  ['^4.17.0', '~4.17.21'],
  ['0.2.9', '^0.2.3'],
  ['0.9.0', '^0'],
  ['0.0.9', '^0.0'],
  ['5.0.0', '>=4'],
  ['5.0.0', '^4 || ^5'],
  ['5.0.0', '*'],
  ['5.0.0', ''],
  ['5.0.0', 'latest'],
  ['5.0.0', 'workspace:*'],
  ['5.0.0', 'catalog:'],
  ['5.0.0-beta.1', '5.0.0'],
  ['4.17.21', '4.17.20-next.0'],
  ['latest', '4.17.21'],
  ['npm:lodash-es@3', '4.17.21'],
  ['https://host/lodash-3.0.0.tgz', '4.17.21'],
])('%s may be what %s asks for', (spec, wanted) => {
  expect(planWith(debian(npm(`lodash@${spec}`)), { lodash: wanted }).diagnostics).toEqual([]);
});

test('a name with a scope has its version behind the second @', () => {
  expect(codes(planWith(debian(npm('@x/y@1.0.0')), { '@x/y': '2.0.0' }, ['@x/y']))).toEqual(['AMBIT_PLAN_PACKAGE_VERSION']);
});

test('nothing is said of versions that nobody names', () => {
  const names = ['lodash', 'constructor'];
  expect(planWith(debian(npm('lodash', 'constructor@1.0.0')), { lodash: '4.17.21' }, names).diagnostics).toEqual([]);
  expect(planWith(debian(npm('lodash@3.0.0', 'other@1.0.0')), { other: '2.0.0' }).diagnostics).toEqual([]);
});

test('a project that is installed later may bring another', () => {
  const project = { kind: 'npm-project', directory: '/p' } as const;
  expect(planWith(debian(npm('lodash@3.0.0'), project), { lodash: '4.17.21' }).diagnostics).toEqual([]);
  expect(codes(planWith(debian(project, npm('lodash@3.0.0')), { lodash: '4.17.21' }))).toEqual(['AMBIT_PLAN_PACKAGE_VERSION']);
});

test('the last layer that installs it counts', () => {
  const image = debian(npm('lodash@3.0.0'), npm('lodash@4.17.21'));
  expect(codes(planWith(image, { lodash: '4.17.21' }))).toEqual(['AMBIT_PLAN_PACKAGE_OVERRIDDEN']);
});
