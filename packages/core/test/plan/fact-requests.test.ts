import { describe, expect, test } from 'vitest';
import { builderRequests, factRequests } from '../../src/index.ts';
import type { EnvironmentDefinition, FactRequest, ImageDescription } from '../../src/index.ts';
import { cluster, debian, docker, environment, factsFor, graphOf, host, inputOf, local, npm } from './scene.ts';
import type { World } from './scene.ts';

const world: World = { builders: { host, docker }, executors: { local, lab: local } };

function asked(environments: readonly EnvironmentDefinition[], extra: World = {}): readonly FactRequest[] {
  return factRequests(inputOf(environments, { ...world, ...extra }));
}

function keys(requests: readonly FactRequest[], kind: FactRequest['kind']): readonly string[] {
  return requests.filter((request) => request.kind === kind).map(({ key }) => key);
}

describe('what is to be looked up', () => {
  test('is the bundle of each environment that the targets reach', () => {
    const { a } = graphOf({ a: ['b', 'c'], b: ['c'], c: [], d: [] });
    expect(keys(asked([a!]), 'bundle')).toEqual(['a', 'b', 'c']);
    expect(asked([a!])[0]).toMatchObject({ kind: 'bundle', environment: { name: 'a' } });
    expect(keys(asked([environment('x'), environment('x')]), 'bundle')).toEqual(['x']);
  });

  test('is what builders and executors can, if somebody may want them', () => {
    expect(keys(asked([environment('a')]), 'builder')).toEqual(['host']);
    expect(keys(asked([environment('a', { builder: 'docker' })]), 'builder')).toEqual(['docker']);
    expect(keys(asked([environment('a', { builder: 'dokcer' })]), 'builder')).toEqual([]);
    expect(keys(asked([environment('a', { image: 'busybox' })]), 'builder')).toEqual([]);
    expect(keys(asked([environment('a')], { settings: { builder: { name: 'host', by: '--builder' } } }), 'builder')).toEqual(['host']);
    expect(keys(asked([environment('a')]), 'executor')).toEqual(['local']);
    expect(keys(asked([environment('a', { executors: ['lab', 'local', 'x'] })]), 'executor')).toEqual(['lab', 'local']);
  });

  test('is what other builders can, where the first that auto takes does not do', () => {
    const builders = (environments: readonly EnvironmentDefinition[], extra: World = {}): readonly string[] =>
      Object.keys(factsFor(inputOf(environments, { ...world, ...extra }), { ...world, ...extra }).builders);
    const apt = debian({ kind: 'apt', packages: ['git'] });
    expect(builders([environment('a')])).toEqual(['host']);
    expect(builders([environment('a'), environment('b', { image: apt })])).toEqual(['host', 'docker']);
    expect(builders([environment('a')], { builders: { host: { failed: 'it is ill' }, docker } })).toEqual(['host', 'docker']);
    expect(builders([environment('a', { executors: ['lab'] })], { executors: { local, lab: cluster } })).toEqual(['host', 'docker']);
    expect(builders([environment('a', { image: apt, builder: 'host' })])).toEqual(['host']);
    expect(builders([environment('a', { image: 'busybox' })])).toEqual([]);
    const onCluster = environment('a', { image: 'busybox', executors: ['lab'] });
    expect(builders([onCluster], { executors: { local, lab: cluster } })).toEqual(['host', 'docker']);
    expect(builders([onCluster], { executors: { local, lab: { ...cluster, runtime: ['copied'] } } })).toEqual([]);
  });

  test('is which Python builders have, if an image asks for one', () => {
    const python: ImageDescription = { base: { kind: 'debian', python: '3.12' }, layers: [{ kind: 'apt', packages: ['git'] }] };
    const environments = [environment('a'), environment('b', { image: python })];
    const builders = asked(environments).filter(({ kind }) => kind === 'builder');
    expect(builders).toEqual([{ kind: 'builder', key: 'host', python: true }]);
    const input = inputOf(environments, world);
    const { docker: _, ...known } = factsFor(input, world).builders;
    expect(builderRequests(input, { ...factsFor(input, world), builders: known })).toEqual([
      { kind: 'builder', key: 'docker', python: true },
    ]);
    expect(asked([environment('a')]).filter(({ kind }) => kind === 'builder')).toEqual([{ kind: 'builder', key: 'host' }]);
  });

  test('is what each executor that may be taken has against options, if there are any', () => {
    const settings = { defaults: { executor: ['lab', 'local'], options: { one: 1 }, by: 'configuration' } };
    const options = asked([environment('a'), environment('b')], { settings }).filter(({ kind }) => kind === 'options');
    expect(options).toMatchObject(
      ['lab a', 'local a', 'lab b', 'local b'].map((key) => ({ key, executor: key.split(' ')[0], options: { one: 1 } })),
    );
    expect(keys(asked([environment('a')]), 'options')).toEqual([]);
  });

  test('is each file that an image is made from, once, with the call that names it', () => {
    const image: ImageDescription = {
      base: { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', args: {} },
      layers: [
        { kind: 'npm-project', directory: '/p/app', at: 'main.ts:4' },
        { kind: 'requirements', file: '/p/req.txt', secrets: [] },
        { kind: 'source', from: '/p/data', to: '.', at: 'main.ts:6' },
        { kind: 'source', from: '/p/data', to: '/other', at: 'main.ts:7' },
        { kind: 'source', from: 'data', to: '.' },
        { kind: 'uv-project', directory: '/p/app', groups: [] },
        npm('a', 'lib@file:/p/lib'),
      ],
      at: 'main.ts:3',
    };
    const requests = asked([environment('a', { image, at: 'main.ts:9' }), environment('b', { image: debian(...image.layers) })]);
    const files = requests.filter((request) => request.kind === 'files');
    expect(files.map(({ what, path, at, context }) => [what, path, at, context])).toEqual([
      ['dockerfile', '/p/Dockerfile', 'main.ts:3', '/p'],
      ['npm-project', '/p/app', 'main.ts:4', undefined],
      ['requirements', '/p/req.txt', 'main.ts:9', undefined],
      ['source', '/p/data', 'main.ts:6', undefined],
      ['uv-project', '/p/app', 'main.ts:9', undefined],
      ['source', '/p/lib', 'main.ts:9', undefined],
    ]);
    expect(files.every((request) => request.environment === 'a')).toBe(true);
    expect(new Set(files.map(({ key }) => key)).size).toBe(files.length);
  });
});
