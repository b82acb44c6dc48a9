import { describe, expect, test } from 'vitest';
import type { PlanSettings } from '../../../src/index.ts';
import { codes, docker, environment, host, local, onlyDiagnostic, planOf, planned } from '../scene.ts';
import type { EnvironmentParts, World } from '../scene.ts';

/** Everything fits everything. */
const all = { ...local, accepts: [...local.accepts, { kind: 'docker-daemon' as const }] };
const world: World = { builders: { host, docker, other: docker }, executors: { local: all, lab: all, cluster: all } };

function decided(settings: Partial<PlanSettings>, parts: EnvironmentParts = {}): readonly (string | undefined)[] {
  const { builder, builderBy, executor, executorBy } = planned(planOf([environment('a', parts)], { ...world, settings }), 'a');
  return [builder, builderBy, executor, executorBy];
}

const code = { builder: 'docker', executors: ['lab'] };
const flag: Partial<PlanSettings> = { builder: { name: 'other', by: '--builder' }, executor: { name: 'cluster', by: 'AMBIT_EXECUTOR' } };
const named: Partial<PlanSettings> = { environments: { a: { builder: 'host', executor: ['local'], by: 'profile ci' } } };
const general: Partial<PlanSettings> = { defaults: { builder: 'other', executor: ['cluster'], by: 'ambit.config.ts' } };

describe('who builds and who runs is decided', () => {
  test('by flag or variable before everything', () => {
    expect(decided({ ...flag, ...named, ...general }, code)).toEqual(['other', '--builder', 'cluster', 'AMBIT_EXECUTOR']);
  });

  test('then by what is said of the environment by name', () => {
    expect(decided({ ...named, ...general }, code)).toEqual(['host', 'profile ci', 'local', 'profile ci']);
    expect(decided({ environments: { b: named.environments!['a']! } }, code)).toEqual(['docker', 'code', 'lab', 'code']);
  });

  test('then by its own code', () => {
    expect(decided(general, code)).toEqual(['docker', 'code', 'lab', 'code']);
  });

  test('then by what is said in general', () => {
    expect(decided(general)).toEqual(['other', 'ambit.config.ts', 'cluster', 'ambit.config.ts']);
  });

  test('else it is auto, and the first executor', () => {
    const auto = 'auto: every layer can be realised on this machine';
    expect(decided({})).toEqual(['host', auto, 'local', 'default']);
    expect(decided({ builder: { name: 'auto', by: '--builder' } }, { builder: 'docker' })).toEqual(['host', auto, 'local', 'default']);
  });

  test('each for itself', () => {
    const settings: Partial<PlanSettings> = { environments: { a: { executor: ['local'], by: 'profile ci' } } };
    expect(decided(settings, code)).toEqual(['docker', 'code', 'local', 'profile ci']);
  });
});

describe('a name that nobody knows', () => {
  test('in code is an error at the environment, with a suggestion', () => {
    const plan = planOf([environment('a', { builder: 'dokcer', at: 'main.ts:3' })], world);
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_UNKNOWN_BUILDER',
      severity: 'error',
      message: `a asks for the builder dokcer, which nobody knows. Did you mean 'docker'?`,
      hint: 'Use one of: host, docker, other; or add dokcer to the configuration.',
      at: 'main.ts:3',
      environment: 'a',
    });
    expect(planned(plan, 'a')).not.toHaveProperty('builder');
    expect(plan.images).toHaveLength(1);
    expect(onlyDiagnostic(planOf([environment('a', { executors: ['labb'] })], world))).toMatchObject({
      code: 'AMBIT_PLAN_UNKNOWN_EXECUTOR',
      message: `a asks for the executor labb, which nobody knows. Did you mean 'lab'?`,
    });
  });

  test('in settings is said once', () => {
    const settings: Partial<PlanSettings> = { builder: { name: 'xyzzy', by: '--builder' } };
    const found = onlyDiagnostic(planOf([environment('a'), environment('b')], { ...world, settings }));
    expect(found).toMatchObject({
      code: 'AMBIT_PLAN_UNKNOWN_BUILDER',
      message: '--builder asks for the builder xyzzy, which nobody knows.',
    });
    expect(found).not.toHaveProperty('environment');
  });

  test('beside one that is known leaves that one', () => {
    const plan = planOf([environment('a', { executors: ['labb', 'lab'] })], world);
    expect(codes(plan)).toEqual(['AMBIT_PLAN_UNKNOWN_EXECUTOR']);
    expect(planned(plan, 'a').executor).toBe('lab');
  });
});

describe('options for the executor', () => {
  test('are those of the environment over those of all, in one order', () => {
    const settings = {
      defaults: { options: { network: 'none', pidsLimit: 10 }, by: 'configuration' },
      environments: { a: { options: { network: 'host', extra: ['x'] }, by: 'configuration' } },
    };
    const plan = planOf([environment('a'), environment('b')], { ...world, settings });
    expect(Object.entries(planned(plan, 'a').options!)).toEqual([
      ['extra', ['x']],
      ['network', 'host'],
      ['pidsLimit', 10],
    ]);
    expect(planned(plan, 'b')).toMatchObject({ options: { network: 'none', pidsLimit: 10 }, builder: 'host' });
    expect(planned(planOf([environment('a')], world), 'a')).not.toHaveProperty('options');
  });

  test('are refused by name, and by who gives them', () => {
    const faults = { local: (options: object) => Object.keys(options).map((name) => `${name}: it takes no options`) };
    const settings = {
      defaults: { options: { user: 'x' }, by: 'profile ci' },
      environments: { a: { options: { nope: 1 }, by: 'configuration' } },
    };
    const plan = planOf([environment('a', { at: 'main.ts:2' }), environment('b')], { faults, settings });
    expect(plan.diagnostics).toEqual([
      {
        code: 'AMBIT_PLAN_OPTIONS',
        severity: 'error',
        message: 'The configuration gives a options that executor local refuses: nope: it takes no options; user: it takes no options.',
        hint: 'Correct them or leave them out, or place a on an executor that takes them.',
        at: 'main.ts:2',
        environment: 'a',
      },
      expect.objectContaining({
        message: 'The profile ci gives b options that executor local refuses: user: it takes no options.',
        environment: 'b',
      }),
    ]);
    expect(planned(plan, 'a')).toMatchObject({ executor: 'local', options: { nope: 1 } });
  });

  test('count for which executor is the first that fits', () => {
    const settings = { environments: { a: { executor: ['local', 'lab'], options: { nope: 1 }, by: 'configuration' } } };
    const plan = planOf([environment('a')], { ...world, settings, faults: { local: () => ['nope: it takes no options'] } });
    expect(codes(plan)).toEqual([]);
    expect(planned(plan, 'a').executor).toBe('lab');
  });
});
