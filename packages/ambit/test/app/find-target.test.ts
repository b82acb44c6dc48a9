import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import type { EnvironmentDefinition } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { allTargets, findTarget, findTask, onlyTask } from '../../src/app/find-target.ts';

const environment = (name: string): EnvironmentDefinition => ({ name, resources: {}, env: {}, dependsOn: [], tasks: new Map() });

function task(id: string, exportedAs?: string): LoadedTask {
  const [environmentName = '', name = ''] = id.split('.');
  return {
    definition: { id, name, policy: { retries: 0 } },
    environment: environment(environmentName),
    ...(exportedAs !== undefined && { exportedAs }),
  };
}

function project(tasks: readonly LoadedTask[], environments: LoadedProject['environments'] = []): LoadedProject {
  return {
    entry: '/project/main.ts',
    root: '/project',
    exports: {},
    tasks,
    environments,
    bundle: () => Promise.reject(new Error('not asked for here')),
  };
}

function refusal(act: () => unknown): AmbitError {
  try {
    act();
  } catch (error) {
    if (AmbitError.is(error)) return error;
  }
  throw new TypeError('nothing was refused');
}

describe('a target', () => {
  const all = project(
    [task('multi_env.main', 'start'), task('fold_env.run', 'fold'), task('msa_env.start')],
    [{ definition: environment('fold_env') }],
  );

  it('is an override only under the name that exports it', () => {
    const options = { retries: { retries: 2 } };
    const overridden = project([task('a.main'), { ...task('a.main', 'quick'), options }, task('a.other')]);
    expect(findTask(overridden, 'quick').options).toBe(options);
    for (const name of ['a.main', 'main']) expect(findTask(overridden, name)).not.toHaveProperty('options');
    expect(onlyTask(overridden).options).toBe(options);
  });

  it('is found by its id, then by its exported name, then by its own name, then as an environment', () => {
    expect(findTask(all, 'msa_env.start').definition.id).toBe('msa_env.start');
    expect(findTask(all, 'start').definition.id).toBe('multi_env.main');
    expect(findTask(all, 'main').definition.id).toBe('multi_env.main');
    expect(findTarget(all, 'fold_env')).toMatchObject({ kind: 'environment' });
  });

  it('that is an environment cannot be run', () => {
    expect(refusal(() => findTask(all, 'fold_env'))).toMatchObject({
      code: 'AMBIT_TARGET_NO_TASK',
      hint: expect.stringContaining('fold_env.run') as string,
    });
  });

  it('that several tasks may be is refused with all of them', () => {
    const twins = project([task('a.run'), task('b.run')]);
    expect(refusal(() => findTask(twins, 'run'))).toMatchObject({
      code: 'AMBIT_TARGET_AMBIGUOUS',
      facts: { candidates: ['a.run', 'b.run'] },
    });
  });

  it('that is not there is refused with what was probably meant', () => {
    expect(refusal(() => findTask(all, 'strat')).message).toContain("Did you mean 'start'?");
  });

  it('may be left out where one task is exported', () => {
    expect(onlyTask(project([task('a.run', 'run'), task('b.other')])).definition.id).toBe('a.run');
    expect(refusal(() => onlyTask(all))).toMatchObject({ code: 'AMBIT_TARGET_MISSING', facts: { exported: ['start', 'fold'] } });
    expect(refusal(() => onlyTask(project([task('a.run')])))).toMatchObject({ code: 'AMBIT_TARGET_NOTHING' });
  });

  it('that is left out means all exported environments for a plan, each once', () => {
    const shared = task('a.one', 'one');
    const both = project([shared, { ...task('a.two', 'two'), environment: shared.environment }]);
    expect(allTargets(both)).toEqual([{ environment: shared.environment }]);
  });
});
