import type { BuilderDescription, ExecutorDescription } from '@ambit/plugin-api';
import { describe, expect, test } from 'vitest';
import type { ImageDescription } from '../../../src/index.ts';
import {
  cluster,
  codes,
  debian,
  digestOf,
  docker,
  environment,
  host,
  imageOf,
  local,
  npm,
  onlyDiagnostic,
  planOf,
  planned,
} from '../scene.ts';
import type { World } from '../scene.ts';

const engine: BuilderDescription = { ...docker, offers: [{ kind: 'docker-daemon', at: 'd1' }] };
const containers: ExecutorDescription = {
  ...cluster,
  platforms: ['linux/arm64'],
  accepts: [{ kind: 'docker-daemon', at: 'd1' }],
  runtime: ['copied'],
};
const elsewhere: ExecutorDescription = { ...containers, accepts: [{ kind: 'docker-daemon', at: 'd2' }, { kind: 'registry' }] };
const apt: ImageDescription = debian({ kind: 'apt', packages: ['git'], at: 'main.ts:12' });
const push = { repository: 'registry.test/team', all: false };
const world: World = { builders: { host, docker: engine }, executors: { local, containers, elsewhere, cluster } };
const on = (executor: string, image: ImageDescription | string = apt) => environment('a', { image, executors: [executor] });

describe('a container engine', () => {
  test('builds where it runs, for its own platform, from the image for containers', () => {
    const plan = planOf([on('containers', debian(npm('x')))], world);
    expect(plan.diagnostics).toEqual([]);
    expect(planned(plan, 'a')).toMatchObject({ builder: 'docker', builderBy: 'auto: the first that can realise every layer' });
    expect(imageOf(plan, 'a')).toMatchObject({
      platform: 'linux/arm64',
      base: 'node:22-bookworm-slim',
      container: { isForeign: false, asksForNode: false },
    });
    expect(imageOf(plan, 'a')).not.toHaveProperty('push');
  });

  test('builds for the platform of this machine where the executor runs several', () => {
    expect(imageOf(planOf([on('cluster')], { ...world, settings: { push } }), 'a').platform).toBe('linux/amd64');
    expect(imageOf(planOf([on('cluster')], { ...world, settings: { push, platform: 'darwin/arm64' } }), 'a').platform).toBe('linux/amd64');
  });

  test('refuses a platform that it does not build for', () => {
    const poor = { ...engine, platforms: ['linux/amd64'] };
    expect(onlyDiagnostic(planOf([on('containers')], { ...world, builders: { docker: poor } })).message).toBe(
      'The image of a cannot be built: builder docker builds for linux/amd64, not for linux/arm64.',
    );
  });

  test('of the same name is taken where the executor does not answer', () => {
    const failed = { failed: 'connect ENOENT docker.sock' };
    const plan = planOf([on('docker', debian())], {
      builders: { host, other: docker, docker: failed },
      executors: { local, docker: failed },
    });
    expect(planned(plan, 'a')).toMatchObject({ builder: 'docker', executor: 'docker' });
    expect(codes(plan)).toEqual(['AMBIT_PLAN_NO_ANSWER', 'AMBIT_PLAN_NO_ANSWER']);
    expect(plan.diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });
});

describe('a push', () => {
  test('brings an image to an executor that has another daemon', () => {
    const plan = planOf([on('elsewhere')], { ...world, settings: { push } });
    expect(plan.diagnostics).toEqual([]);
    expect(imageOf(plan, 'a').push).toEqual({ repository: 'registry.test/team' });
  });

  test('is not needed where the executor has the same daemon, and done all the same where it was asked for', () => {
    expect(imageOf(planOf([on('containers')], { ...world, settings: { push } }), 'a')).not.toHaveProperty('push');
    expect(imageOf(planOf([on('containers')], { ...world, settings: { push: { ...push, all: true } } }), 'a').push).toEqual({
      repository: 'registry.test/team',
    });
    expect(imageOf(planOf([environment('a')], { ...world, settings: { push: { ...push, all: true } } }), 'a')).not.toHaveProperty('push');
  });

  test('is done of an image that only one of its environments needs there', () => {
    const both = [on('containers'), environment('b', { image: apt, executors: ['elsewhere'] })];
    const plan = planOf(both, { ...world, settings: { push } });
    expect(plan.images.map(({ environments, push: pushed }) => [environments, pushed?.repository])).toEqual([
      [['a', 'b'], 'registry.test/team'],
    ]);
  });

  test('is what would make a pair fit that does not', () => {
    expect(onlyDiagnostic(planOf([on('elsewhere')], { ...world, builders: { docker: engine } }))).toMatchObject({
      code: 'AMBIT_PLAN_BUILDER_MISMATCH',
      message:
        'The image of a cannot be built: builder docker offers docker-daemon on d1, and executor elsewhere takes docker-daemon on d2, registry.',
      hint: `Name a repository that builder docker may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`,
    });
  });

  test('is what is advised where others cannot even build it', () => {
    const diagnostic = onlyDiagnostic(planOf([on('elsewhere')], world));
    expect(diagnostic.message).toContain('builder host cannot realise apt layers (main.ts:12); builder docker offers docker-daemon on d1');
    expect(diagnostic.hint).toContain('Name a repository that builder docker may push to');
  });

  test('is no matter of a machine as the base', () => {
    const plan = planOf([on('cluster', debian())], { builders: { host }, executors: { cluster }, settings: { push } });
    expect(onlyDiagnostic(plan).message).toContain('builder host offers host-directory, and executor cluster takes registry');
  });
});

describe('one image built by two builders', () => {
  test('is two entries of one identity', () => {
    const image = debian(npm('x'));
    const both = planOf([environment('a', { image }), environment('b', { image, executors: ['containers'] })], {
      builders: { host: { ...host, platforms: ['linux/arm64'] }, docker: engine },
      executors: { local: { ...local, platforms: ['linux/arm64'] }, containers },
      settings: { platform: 'linux/arm64' },
    });
    expect(both.images.map(({ builder, environments }) => [builder, environments])).toEqual([
      ['host', ['a']],
      ['docker', ['b']],
    ]);
    expect(new Set(both.images.map(({ identity }) => identity)).size).toBe(1);
  });
});

describe('the base of a container', () => {
  const baseOf = (image: ImageDescription, images?: Readonly<Record<string, string>>) => {
    const { base, container } = imageOf(planOf([on('containers', image)], { ...world, ...(images && { settings: { images } }) }), 'a');
    return { base, ...container };
  };
  const debianOf = (options: { readonly node?: string; readonly python?: string }): ImageDescription => ({
    base: { kind: 'debian', ...options },
    layers: [npm('x')],
  });

  test.each<[object, string, string | undefined, boolean]>([
    [{}, 'node:22-bookworm-slim', undefined, false],
    [{ node: '20.11' }, 'node:20-bookworm-slim', undefined, false],
    [{ python: '3.12.1' }, 'python:3.12-slim-bookworm', 'node:22-bookworm-slim', false],
    [{ python: '3.12', node: '20' }, 'python:3.12-slim-bookworm', 'node:20-bookworm-slim', true],
  ])('is by version: %j', (options, base, nodeFrom, asksForNode) => {
    expect(baseOf(debianOf(options))).toEqual({ base, isForeign: false, ...(nodeFrom !== undefined && { nodeFrom }), asksForNode });
  });

  test('is another where the configuration says so; without a tag it gets that of the version', () => {
    const images = { node: 'mirror.test:5000/node', python: 'mirror.test/py:ours' };
    expect(baseOf(debianOf({ node: '20' }), images).base).toBe('mirror.test:5000/node:20-bookworm-slim');
    expect(baseOf(debianOf({ python: '3.12' }), images)).toMatchObject({
      base: 'mirror.test/py:ours',
      nodeFrom: 'mirror.test:5000/node:22-bookworm-slim',
    });
    const identity = (settings: object): string => imageOf(planOf([on('containers', debianOf({}))], { ...world, settings }), 'a').identity;
    expect(identity({ images })).not.toBe(identity({}));
    expect(identity({ images: { other: 'x' } })).toBe(identity({}));
  });

  test('of others gets Node, but where its name says that it has it', () => {
    const of = (reference: string): ImageDescription => ({ base: { kind: 'reference', reference }, layers: [npm('x')] });
    expect(baseOf(of('nvidia/cuda:12'))).toMatchObject({ base: 'nvidia/cuda:12', isForeign: true, nodeFrom: 'node:22-bookworm-slim' });
    expect(baseOf(of('mirror.test/node:22-alpine'))).not.toHaveProperty('nodeFrom');
    expect(baseOf(of('mirror.test/node-red:3'))).toHaveProperty('nodeFrom');
  });
});

describe('an image that is used as it is', () => {
  test('is an entry of its own, on the platform of the executor', () => {
    const digest = digestOf('x');
    const plan = planOf([on('containers', 'busybox:latest')], { ...world, references: { 'busybox:latest': { found: 'yes', digest } } });
    expect(plan.images).toEqual([]);
    expect(plan.references).toEqual([
      {
        reference: 'busybox:latest',
        digest,
        platform: 'linux/arm64',
        executor: 'containers',
        environments: ['a'],
        status: 'exists',
        reason: 'the executor containers can have it',
      },
    ]);
  });

  test('that is missing is an error at the environment', () => {
    const missing: World = { ...world, references: { nope: { found: 'no', reason: 'the registry has no such image' } } };
    expect(onlyDiagnostic(planOf([environment('a', { image: 'nope', executors: ['containers'], at: 'main.ts:9' })], missing))).toEqual({
      code: 'AMBIT_PLAN_IMAGE_MISSING',
      severity: 'error',
      message: 'a runs in the image nope as it is, and executor containers cannot have it: the registry has no such image.',
      hint: 'Correct the reference, or log in to its registry.',
      at: 'main.ts:9',
      environment: 'a',
    });
  });

  test('that is missing is an error where the code names it', () => {
    const missing: World = { ...world, references: { nope: { found: 'no', reason: 'gone' } } };
    const image: ImageDescription = { base: { kind: 'reference', reference: 'nope' }, layers: [], at: 'images.ts:2' };
    const plan = planOf([environment('a', { image, executors: ['containers'], at: 'main.ts:9' })], missing);
    expect(onlyDiagnostic(plan)).toMatchObject({ code: 'AMBIT_PLAN_IMAGE_MISSING', at: 'images.ts:2', environment: 'a' });
  });

  test('of which nothing could be found out is no error', () => {
    const plan = planOf([on('containers', `x@${digestOf('y')}`)], world);
    expect(plan.diagnostics).toEqual([]);
    expect(plan.references).toMatchObject([{ digest: digestOf('y'), status: 'unknown', reason: 'nobody asked' }]);
  });

  const platforms = (...all: readonly string[]): World => ({ ...world, references: { x: { found: 'yes', platforms: all } } });
  const used = environment('a', { image: 'x', executors: ['containers'], at: 'main.ts:9' });

  test('that is there for other platforms only is an error at the environment', () => {
    const plan = planOf([used], platforms('linux/s390x', 'linux/ppc64le'));
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_IMAGE_PLATFORM',
      severity: 'error',
      message:
        'a runs in the image x as it is; executor containers needs it for linux/arm64, and can have it for linux/s390x, linux/ppc64le.',
      hint: 'Name an image that is for linux/arm64, pull this one anew where a copy of another platform took its name, or choose an executor that runs linux/s390x, linux/ppc64le.',
      at: 'main.ts:9',
      environment: 'a',
    });
    expect(plan.references).toMatchObject([
      { status: 'unknown', reason: 'the executor containers can have it for linux/s390x, linux/ppc64le' },
    ]);
  });

  test('takes of the platforms of its executor one for which it is there', () => {
    const executors = { containers: { ...containers, platforms: ['linux/amd64', 'linux/arm64'] } };
    const plan = planOf([used], { ...platforms('linux/arm64'), executors });
    expect(plan.diagnostics).toEqual([]);
    expect(plan.references).toMatchObject([{ platform: 'linux/arm64', status: 'exists' }]);
  });

  test('goes to the first executor for whose platform it is there', () => {
    const executors = { containers: { ...containers, platforms: ['linux/amd64'] }, others: containers };
    const plan = planOf([environment('a', { image: 'x', executors: ['containers', 'others'] })], {
      ...platforms('linux/arm64'),
      executors,
    });
    expect(plan.diagnostics).toEqual([]);
    expect(plan.environments).toMatchObject([{ executor: 'others' }]);
  });

  test('has the platforms that its description says', () => {
    const image: ImageDescription = { base: { kind: 'reference', reference: 'x' }, platforms: ['linux/s390x'], layers: [] };
    expect(onlyDiagnostic(planOf([on('containers', image)], world)).message).toBe(
      'The image of a is for linux/s390x, and executor containers runs linux/arm64.',
    );
  });
});
