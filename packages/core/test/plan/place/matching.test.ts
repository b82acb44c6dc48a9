import { describe, expect, test } from 'vitest';
import type { ExecutorDescription } from '@ambit/plugin-api';
import type { Diagnostic, ImageDescription, ParsedResources } from '../../../src/index.ts';
import { cluster, codes, debian, docker, environment, host, imageOf, local, npm, onlyDiagnostic, planOf, planned } from '../scene.ts';
import type { EnvironmentParts, World } from '../scene.ts';

const apt: ImageDescription = debian(npm('a'), { kind: 'apt', packages: ['git'], at: 'main.ts:12' });
const engine: World = { builders: { host, docker }, executors: { local, cluster } };
const daemon: ExecutorDescription = { ...local, accepts: [{ kind: 'docker-daemon', at: 'd1' }] };

function found(parts: EnvironmentParts, world: World = {}): Diagnostic {
  return onlyDiagnostic(planOf([environment('a', { at: 'main.ts:9', ...parts })], world));
}

describe('auto', () => {
  test('takes the machine where it can realise every layer', () => {
    const plan = planOf([environment('a', { image: debian(npm('x'), { kind: 'env', variables: { A: '1' } }) })], engine);
    expect(planned(plan, 'a')).toMatchObject({ builder: 'host', builderBy: 'auto: every layer can be realised on this machine' });
  });

  test('goes on to a builder that can, and whose images the executor takes', () => {
    const plan = planOf([environment('a', { image: apt, executors: ['cluster'] })], engine);
    expect(planned(plan, 'a')).toMatchObject({
      builder: 'docker',
      builderBy: 'auto: the first that can; builder host cannot realise apt layers (main.ts:12)',
      executor: 'cluster',
    });
    expect(imageOf(plan, 'a')).toMatchObject({ builder: 'docker', base: 'node:22-bookworm-slim' });
    expect(planned(planOf([environment('a', { executors: ['cluster'] })], engine), 'a').builder).toBe('docker');
  });

  test('decides for each environment', () => {
    const plan = planOf([environment('a'), environment('b', { image: apt, executors: ['cluster'] })], engine);
    expect(plan.environments.map(({ builder, executor }) => [builder, executor])).toEqual([
      ['host', 'local'],
      ['docker', 'cluster'],
    ]);
  });

  test('says of each builder why it will not do', () => {
    expect(found({ image: apt }, { ...engine, executors: { local } })).toEqual({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      severity: 'error',
      message:
        'The image of a cannot be built: builder host cannot realise apt layers (main.ts:12); ' +
        'builder docker offers docker-daemon, registry, and executor local takes host-directory.',
      hint: 'Choose an executor that takes docker-daemon or registry, or a builder that offers host-directory.',
      at: 'main.ts:9',
      environment: 'a',
    });
  });

  test('names the executor that comes with the builder', () => {
    const { hint } = found({ image: apt }, { ...engine, executors: { local, docker: daemon } });
    expect(hint).toContain('an executor that takes docker-daemon or registry, for instance docker,');
  });

  test('needs a builder', () => {
    expect(found({}, { builders: {} })).toMatchObject({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      message: expect.stringContaining('there is no builder') as string,
    });
  });
});

describe('a builder that does not fit', () => {
  test('is named with the layer, and the image is in the plan all the same', () => {
    const plan = planOf([environment('a', { image: apt, builder: 'host' }), environment('b', { image: apt, builder: 'host' })]);
    expect(plan.diagnostics.map(({ environment: name, message }) => [name, message])).toEqual([
      ['a', 'The image of a cannot be built: builder host cannot realise apt layers (main.ts:12).'],
      ['b', 'The image of b cannot be built: builder host cannot realise apt layers (main.ts:12).'],
    ]);
    expect(planned(plan, 'a')).toMatchObject({ builder: 'host', builderBy: 'code', executor: 'local' });
    expect(plan.images).toMatchObject([{ environments: ['a', 'b'], builder: 'host', layers: [{ kind: 'npm' }, { kind: 'apt' }] }]);
  });

  test('takes a machine as the base, where the image starts from another', () => {
    const image: ImageDescription = { base: { kind: 'reference', reference: 'busybox' }, layers: [npm('a')] };
    expect(found({ image })).toMatchObject({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      message: 'The image of a cannot be built: builder host takes a machine as the base and cannot start from busybox.',
      hint: 'Start from Image.fromDebianBase(), or use a builder of containers.',
      at: 'main.ts:9',
    });
    expect(planned(planOf([environment('a', { image, executors: ['cluster'] })], engine), 'a').builder).toBe('docker');
  });

  const versioned = { ...host, debian: { node: ['20'], python: ['3.11'] } };
  const asksFor = (base: { readonly node?: string; readonly python?: string }): ImageDescription => ({
    base: { kind: 'debian', ...base },
    layers: [npm('a')],
    at: 'main.ts:3',
  });

  test.each([
    [{ node: '18' }, 'has Node 20, and the image asks for Node 18', 'Ask for Node 20, have Node 18 there'],
    [{ node: '20', python: '3.7.1' }, 'has Python 3.11, and the image asks for Python 3.7', 'Ask for Python 3.11, have Python 3.7 there'],
    [{ node: '22.1', python: '3.7' }, 'has Node 20, and the image asks for Node 22', 'Ask for Node 20, have Node 22 there'],
  ])('has other versions than %j', (base, why, hint) => {
    const image = asksFor(base);
    const plan = planOf([environment('a', { at: 'main.ts:9', image })], { builders: { host: versioned } });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      severity: 'error',
      message: `The image of a cannot be built: builder host ${why} (main.ts:3).`,
      hint: `${hint}, or use a builder of containers.`,
      at: 'main.ts:3',
      environment: 'a',
    });
    expect(plan.images).toMatchObject([{ environments: ['a'], layers: [{ kind: 'npm' }] }]);
    const world = { ...engine, builders: { host: versioned, docker } };
    expect(planned(planOf([environment('a', { image, executors: ['cluster'] })], world), 'a')).toMatchObject({
      builder: 'docker',
      builderBy: `auto: the first that can; builder host ${why} (main.ts:3)`,
    });
  });

  test('has none of what is asked for', () => {
    expect(found({ image: asksFor({ python: '3.12' }) }, { builders: { host: { ...host, debian: { python: [] } } } })).toMatchObject({
      message: 'The image of a cannot be built: builder host has no Python, and the image asks for Python 3.12 (main.ts:3).',
      hint: 'Ask for no version of Python, have Python 3.12 there, or use a builder of containers.',
    });
  });

  test('has the versions that are asked for, or does not say which it has', () => {
    for (const base of [{}, { node: '20.19' }, { python: '3.11' }, { node: '20', python: '3.11.4' }])
      expect(codes(planOf([environment('a', { image: asksFor(base) })], { builders: { host: versioned } }))).toEqual([]);
    expect(codes(planOf([environment('a', { image: asksFor({ node: '18', python: '3.7' }) })]))).toEqual([]);
  });

  test('lacks something that can be got', () => {
    const missing = { 'uv-project': { why: 'there is no uv on the PATH', hint: 'Install uv.' } };
    const image = debian({ kind: 'uv-project', directory: '/p/app', groups: [], at: 'main.ts:5' });
    expect(found({ image }, { builders: { host: { ...host, missing } }, files: { '/p/app': 'x' } })).toMatchObject({
      message: 'The image of a cannot be built: builder host cannot realise uv-project layers (main.ts:5): there is no uv on the PATH.',
      hint: 'Install uv.',
      at: 'main.ts:5',
    });
  });

  test('builds no Dockerfile', () => {
    const image: ImageDescription = {
      base: { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', args: {} },
      layers: [],
      at: 'main.ts:2',
    };
    const files = { '/p/Dockerfile': 'FROM x' };
    expect(found({ image }, { files })).toMatchObject({
      message: 'The image of a cannot be built: builder host cannot realise dockerfile layers (main.ts:2).',
      at: 'main.ts:2',
    });
  });

  test.each<[string, ImageDescription]>([
    [
      'stages of a Dockerfile',
      { base: { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', target: 'run', args: {} }, layers: [], at: 'm.ts:1' },
    ],
    ['secrets while building', debian({ kind: 'pip', specs: ['a'], secrets: ['TOKEN'], at: 'm.ts:1' })],
  ])('knows no %s', (what, image) => {
    const poor = { ...docker, features: { ...docker.features, targets: false, buildSecrets: false } };
    const secrets = { TOKEN: { found: true, asked: [] } };
    const world: World = { builders: { poor }, executors: { cluster }, files: { '/p/Dockerfile': 'FROM x' }, secrets };
    expect(found({ image }, world)).toMatchObject({
      message: `The image of a cannot be built: builder poor knows no ${what} (m.ts:1).`,
      at: 'm.ts:1',
    });
  });

  test('offers images where the executor does not look for them', () => {
    expect(found({ builder: 'docker' }, engine)).toMatchObject({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      message: 'The image of a cannot be built: builder docker offers docker-daemon, registry, and executor local takes host-directory.',
      hint: 'Choose an executor that takes docker-daemon or registry, or a builder that offers host-directory.',
    });
  });

  test('has another daemon than the executor', () => {
    const elsewhere = { ...docker, offers: [{ kind: 'docker-daemon' as const, at: 'd2' }] };
    expect(found({ builder: 'docker' }, { builders: { docker: elsewhere }, executors: { daemon } }).code).toBe(
      'AMBIT_PLAN_BUILDER_MISMATCH',
    );
    expect(planOf([environment('a')], { builders: { docker }, executors: { daemon } }).diagnostics).toEqual([]);
    const anywhere = { ...docker, offers: [{ kind: 'docker-daemon' as const }] };
    expect(planOf([environment('a')], { builders: { docker: anywhere }, executors: { daemon } }).diagnostics).toEqual([]);
  });
});

describe('platforms', () => {
  test('are what the image says, the first that fits', () => {
    const image = { ...debian(), platforms: ['darwin/arm64', 'linux/arm64', 'linux/amd64'] };
    const plan = planOf([environment('a', { image, executors: ['cluster'] })], engine);
    expect(imageOf(plan, 'a').platform).toBe('linux/arm64');
  });

  test('are those of the plan where the image says nothing', () => {
    const plan = planOf([environment('a', { executors: ['cluster'] })], { ...engine, settings: { platform: 'linux/arm64' } });
    expect(imageOf(plan, 'a').platform).toBe('linux/arm64');
  });

  test('that the executor does not run, or the builder does not build, are an error', () => {
    const image = { ...debian(), platforms: ['linux/arm64'] };
    const plan = planOf([environment('a', { image, at: 'main.ts:9' })]);
    expect(onlyDiagnostic(plan)).toMatchObject({
      code: 'AMBIT_PLAN_NO_EXECUTOR',
      message: 'The image of a is for linux/arm64, and executor local runs linux/amd64.',
      at: 'main.ts:9',
    });
    expect(plan.images[0]!.platform).toBe('linux/arm64');
    const world: World = { builders: { host }, executors: { both: { ...local, platforms: ['linux/amd64', 'linux/arm64'] } } };
    expect(found({ image }, world).message).toBe(
      'The image of a cannot be built: builder host builds for linux/amd64, not for linux/arm64.',
    );
  });
});

describe('resources', () => {
  const gpus = [
    { id: '0', model: 'NVIDIA A100-SXM4-80GB', memory: 80 * 2 ** 30, place: 'gpu-1' },
    { id: '1', model: 'NVIDIA A100-SXM4-40GB', memory: 40 * 2 ** 30, place: 'gpu-1' },
    { id: '2', model: 'NVIDIA A100-SXM4-80GB', memory: 80 * 2 ** 30, place: 'gpu-2' },
  ];
  const lab: ExecutorDescription = { ...local, capacity: { cpu: 4, memory: 8 * 2 ** 30, gpus } };

  test.each<[string, ParsedResources]>([
    ['a model in short', { gpu: { models: ['a100'], count: 1 } }],
    ['one of several models', { gpu: { models: ['H100', 'A100'], count: 2 } }],
    ['memory', { gpu: { count: 1, memory: 80 * 2 ** 30 } }],
    ['a request, whatever the limit', { cpu: [4, 16], memory: [8 * 2 ** 30, 64 * 2 ** 30] }],
  ])('fit: %s', (_, resources) => {
    expect(planOf([environment('a', { resources })], { executors: { lab } }).diagnostics).toEqual([]);
  });

  test.each<[ParsedResources, string]>([
    [{ cpu: [5, 5] }, '5 CPUs, and executor lab has 4.'],
    [{ memory: [9 * 2 ** 30, 9 * 2 ** 30] }, '9Gi of memory, and executor lab has 8Gi.'],
    [
      { gpu: { models: ['H100'], count: 1 } },
      '1 H100 GPU, and executor lab has 1 x NVIDIA A100-SXM4-80GB with 80Gi on gpu-1, 1 x NVIDIA A100-SXM4-40GB with 40Gi on gpu-1, 1 x NVIDIA A100-SXM4-80GB with 80Gi on gpu-2.',
    ],
    [{ gpu: { count: 2, memory: 80 * 2 ** 30 } }, '2 GPUs with 80Gi on one machine, and executor lab has'],
    [{ gpu: { count: 3 } }, '3 GPUs on one machine, and executor lab has'],
  ])('do not fit: %j', (resources, message) => {
    const diagnostic = found({ resources }, { executors: { lab } });
    expect(diagnostic).toMatchObject({ code: 'AMBIT_PLAN_RESOURCES', severity: 'error', at: 'main.ts:9', environment: 'a' });
    expect(diagnostic.message).toContain(`a asks for ${message}`);
  });

  test('fit everywhere where the executor is elastic', () => {
    const plan = planOf(
      [environment('a', { resources: { cpu: [500, 500], gpu: { models: ['H100'], count: 8 } }, executors: ['cluster'] })],
      engine,
    );
    expect(plan.diagnostics).toEqual([]);
  });

  test('of a machine without GPUs', () => {
    expect(found({ resources: { gpu: { models: ['A100'], count: 1 } } }).message).toBe(
      'a asks for 1 A100 GPU, and executor local has no GPU.',
    );
  });
});

describe('a list of executors', () => {
  const gpu: ParsedResources = { gpu: { count: 1 } };
  const world: World = { builders: { host, docker }, executors: { local, lab: local, cluster } };

  test('gives the first that fits', () => {
    const plan = planOf([environment('a', { resources: gpu, executors: ['lab', 'cluster'] })], world);
    expect(planned(plan, 'a')).toMatchObject({
      executor: 'cluster',
      executorBy: 'code: the first that fits of lab, cluster',
      builder: 'docker',
    });
    expect(plan.diagnostics).toEqual([]);
  });

  test('of which none fits is an error that says why of each', () => {
    const alike = found({ resources: gpu, executors: ['lab', 'local'] }, world);
    expect(alike).toMatchObject({
      code: 'AMBIT_PLAN_RESOURCES',
      message: 'No executor fits a. a asks for 1 GPU, and executor lab has no GPU. a asks for 1 GPU, and executor local has no GPU.',
    });
    const mixed = found({ resources: gpu, executors: ['lab', 'cluster'], builder: 'host' }, world);
    expect(mixed.code).toBe('AMBIT_PLAN_NO_EXECUTOR');
    expect(mixed.message).toContain('builder host offers host-directory, and executor cluster takes registry');
  });

  test('may be empty', () => {
    expect(found({}, { executors: {} })).toMatchObject({
      code: 'AMBIT_PLAN_NO_EXECUTOR',
      message: 'There is no executor for a.',
      at: 'main.ts:9',
    });
  });
});

describe('one that could not be asked', () => {
  const failed = { failed: 'connect ENOENT /run/docker.sock' };

  test('is a warning with the reason where something hangs on it, and the plan goes on', () => {
    const plan = planOf([environment('a', { image: apt }), environment('b', { image: apt })], {
      builders: { host, docker: failed },
      executors: { local },
    });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_NO_ANSWER',
      severity: 'warning',
      message: 'The builder docker could not be asked what it can: connect ENOENT /run/docker.sock',
      hint: 'Make docker answer, or choose another with --builder.',
    });
    expect(planned(plan, 'a')).toMatchObject({ builder: 'docker', builderBy: 'auto: no other fits, and docker could not be asked' });
  });

  test('is no matter where another comes first', () => {
    expect(planOf([environment('a')], { builders: { host, docker: failed } }).diagnostics).toEqual([]);
  });

  test('is passed over with a warning where another fits', () => {
    const plan = planOf([environment('a', { executors: ['lab', 'local'] })], { executors: { local, lab: failed } });
    expect(planned(plan, 'a').executor).toBe('local');
    expect(onlyDiagnostic(plan)).toMatchObject({
      code: 'AMBIT_PLAN_NO_ANSWER',
      message: 'The executor lab could not be asked what it can, and is passed over for local: connect ENOENT /run/docker.sock',
      hint: 'Make lab answer, or choose another with --executor.',
    });
  });

  test('is taken where it is the only one named', () => {
    const plan = planOf([environment('a', { executors: ['lab'] })], { executors: { local, lab: failed } });
    expect(planned(plan, 'a')).toMatchObject({ builder: 'host', executor: 'lab' });
    expect(codes(plan)).toEqual(['AMBIT_PLAN_NO_ANSWER']);
  });
});
