import type { BuilderDescription } from '@ambit/plugin-api';
import { describe, expect, test } from 'vitest';
import type { ImageDescription, PlannedRuntime } from '../../../src/index.ts';
import { cluster, debian, docker, environment, host, local, onlyDiagnostic, planOf, planned } from '../scene.ts';
import type { World } from '../scene.ts';

const engine: BuilderDescription = { ...docker, offers: [{ kind: 'docker-daemon', at: 'd1' }] };
const apt: ImageDescription = debian({ kind: 'apt', packages: ['git'] });
const push = { repository: 'registry.test/team', all: false };
const pushed = { repository: 'registry.test/team' };
const world: World = { builders: { host, engine, other: engine }, executors: { cluster, local }, settings: { push } };

function runtimes(image: ImageDescription | string, extra: World = {}): readonly PlannedRuntime[] | undefined {
  const plan = planOf([environment('a', { image })], { ...world, ...extra });
  expect(plan.diagnostics).toEqual([]);
  return plan.runtimes;
}

describe('the runtime of an executor that takes it as an image', () => {
  test('is built and pushed by the builder of the environment', () => {
    const [platform, environments] = ['linux/amd64', ['a']];
    expect(runtimes(apt)).toEqual([{ platform, builder: 'engine', push: pushed, environments }]);
    const settings = { push, builder: { name: 'other', by: '--builder' } };
    expect(runtimes(apt, { settings })).toEqual([{ platform, builder: 'other', push: pushed, environments }]);
  });

  test('is built by the first builder that can, where the image is used as it is and nobody names another', () => {
    expect(runtimes('busybox')).toMatchObject([{ builder: 'engine', push: pushed }]);
    const settings = { push, builder: { name: 'other', by: '--builder' } };
    expect(runtimes('busybox', { settings })).toMatchObject([{ builder: 'other', push: pushed }]);
    expect(runtimes('busybox', { settings: { push, builder: { name: 'host', by: '--builder' } } })).toMatchObject([{ builder: 'engine' }]);
  });

  test('is pushed nowhere by a builder with a place of its own in a registry', () => {
    const runtime = { platform: 'linux/amd64', builder: 'docker', environments: ['a'] };
    expect(runtimes('busybox', { builders: { host, docker }, settings: {} })).toEqual([runtime]);
    expect(runtimes(apt, { builders: { host, docker }, settings: {} })).toEqual([runtime]);
  });

  test('is one for all environments of a platform, and another for each other platform', () => {
    const on = (name: string, ...platforms: string[]) => environment(name, { image: { ...apt, platforms } });
    const plan = planOf([on('a', 'linux/arm64'), on('b', 'linux/amd64'), on('c', 'linux/arm64')], world);
    expect(plan.runtimes?.map(({ platform, environments }) => [platform, environments])).toEqual([
      ['linux/arm64', ['a', 'c']],
      ['linux/amd64', ['b']],
    ]);
  });

  test('comes from another builder than the image where that one cannot bring it there', () => {
    const near = { ...cluster, accepts: [{ kind: 'docker-daemon', at: 'd1' } as const, { kind: 'registry' } as const] };
    const extra: World = { builders: { engine, kaniko: docker }, executors: { cluster: near }, settings: {} };
    const plan = planOf([environment('a', { image: apt })], { ...world, ...extra });
    expect(planned(plan, 'a').builder).toBe('engine');
    expect(plan.runtimes).toMatchObject([{ builder: 'kaniko' }]);
  });

  test('changes neither the digest of the plan nor its images', () => {
    const environments = [environment('a', { image: apt }), environment('b', { image: 'busybox' })];
    const plan = planOf(environments, world);
    const { runtimes: brought, ...others } = planOf(environments, {
      ...world,
      executors: { cluster: { ...cluster, runtime: ['copied'] } },
    });
    expect(brought).toBeUndefined();
    expect({ ...plan, runtimes: undefined }).toEqual({ ...others, runtimes: undefined });
    expect(plan.runtimes).toHaveLength(1);
  });

  test('is for the taking by one that prefers another kind', () => {
    expect(runtimes('busybox', { executors: { cluster: { ...cluster, runtime: ['copied', 'image'] } } })).toBeUndefined();
  });
});

describe('a runtime that cannot become an image', () => {
  const image = 'busybox';

  test('for want of a repository is an error that says what to name', () => {
    const plan = planOf([environment('a', { image, at: 'main.ts:3' })], { ...world, builders: { host, engine }, settings: {} });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      severity: 'error',
      message:
        'The runtime of a cannot be brought to executor cluster: builder host makes no images of containers; ' +
        'builder engine offers docker-daemon on d1, and executor cluster takes the runtime from a registry.',
      hint: `Name a repository that builder engine may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`,
      at: 'main.ts:3',
      environment: 'a',
    });
    expect(plan).not.toHaveProperty('runtimes');
  });

  test('for want of a builder of containers is one too', () => {
    expect(onlyDiagnostic(planOf([environment('a', { image })], { ...world, builders: { host } }))).toMatchObject({
      message: 'The runtime of a cannot be brought to executor cluster: builder host makes no images of containers.',
      hint: 'Add a builder of containers to the configuration.',
    });
  });

  test('since no builder builds for its platform is one too', () => {
    const poor = { ...engine, platforms: ['linux/arm64'] };
    const executors = { cluster: { ...cluster, platforms: ['linux/amd64'] } };
    expect(onlyDiagnostic(planOf([environment('a', { image })], { ...world, builders: { poor }, executors })).message).toBe(
      'The runtime of a cannot be brought to executor cluster: builder poor builds for linux/arm64, not for linux/amd64.',
    );
  });

  test('leads to the next executor that fits', () => {
    const executors = { cluster, docker: { ...cluster, runtime: ['copied' as const] } };
    const plan = planOf([environment('a', { image, executors: ['cluster', 'docker'] })], { ...world, builders: { host }, executors });
    expect(plan.diagnostics).toEqual([]);
    expect(planned(plan, 'a').executor).toBe('docker');
  });

  test('may still become one where its builder does not answer, which is said', () => {
    const gone = { failed: 'connect ENOENT docker.sock' };
    const plan = planOf([environment('a', { image })], { ...world, builders: { host, gone } });
    expect(plan.runtimes).toMatchObject([{ builder: 'gone', push: pushed }]);
    expect(onlyDiagnostic(plan)).toMatchObject({ code: 'AMBIT_PLAN_NO_ANSWER', severity: 'warning' });
  });
});
