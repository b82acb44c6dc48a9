import { describe, expect, it } from 'vitest';
import type { TaskError } from '../support/task-error.ts';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const fold = environment('fold_env', { run_fold: {} });
const multi = environment('multi_env', { main: {} }, { dependsOn: [fold] });

function rangeError(): RangeError {
  const error = new RangeError('too long');
  error.stack = [
    'RangeError: too long',
    '    at check (/project/node_modules/lib/index.js:1:1)',
    '    at runFold (file:///project/fold/run.ts:17:9)',
    '    at main (/project/main.ts:3:4)',
  ].join('\n');
  return error;
}

describe('the error of a task', () => {
  it('names task, environment, attempt and place', async () => {
    const world = new World({
      tasks: {
        'multi_env.main': () => {
          throw rangeError();
        },
      },
    });
    const { outcome, events } = await world.run(multi, 'main');
    const error = {
      code: 'AMBIT_TASK_FAILED',
      failure: 'user',
      message: 'multi_env.main: RangeError: too long',
      task: 'multi_env.main',
      environment: 'multi_env',
      executor: 'local',
      attempt: 1,
      at: 'fold/run.ts:17',
      name: 'RangeError',
    };
    expect(outcome).toMatchObject({ status: 'failed', error });
    expect(ofType(events, 'action.ended')[0]).toMatchObject({ status: 'failed', error });
    expect(ofType(events, 'attempt.ended')[0]).toMatchObject({ outcome: 'failed', failure: 'user', error });
    expect(ofType(events, 'run.ended')[0]).toMatchObject({ status: 'failed', error });
  });

  it('reaches the parent as a TaskError whose cause is what the child threw', async () => {
    const caught: TaskError[] = [];
    const world = new World({
      tasks: {
        'multi_env.main': async (task) => {
          await task.call('fold_env.run_fold').catch((error: unknown) => caught.push(error as TaskError));
          return 'went on';
        },
        'fold_env.run_fold': () => {
          throw Object.assign(rangeError(), { limit: 7 });
        },
      },
    });
    expect((await world.run(multi, 'main')).value).toBe('went on');
    expect(caught[0]).toMatchObject({
      name: 'TaskError',
      code: 'AMBIT_TASK_FAILED',
      message: 'fold_env.run_fold: RangeError: too long',
      task: 'fold_env.run_fold',
      environment: 'fold_env',
      attempt: 1,
      failure: 'user',
    });
    expect(caught[0]!.cause).toBeInstanceOf(RangeError);
    expect(caught[0]!.cause).toMatchObject({ message: 'too long', limit: 7 });
  });

  it('is told through parents that do not catch it, from the outside in', async () => {
    const world = new World({
      tasks: {
        'multi_env.main': (task) => task.call('fold_env.run_fold'),
        'fold_env.run_fold': () => {
          throw new Error('outer', { cause: rangeError() });
        },
      },
    });
    const { outcome } = await world.run(multi, 'main');
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_TASK_FAILED',
        message: 'multi_env.main: fold_env.run_fold: Error: outer',
        task: 'multi_env.main',
        at: 'fold/run.ts:17',
        cause: {
          code: 'AMBIT_TASK_FAILED',
          message: 'fold_env.run_fold: Error: outer',
          task: 'fold_env.run_fold',
          environment: 'fold_env',
          attempt: 1,
          name: 'Error',
          cause: { name: 'RangeError', message: 'too long', at: 'fold/run.ts:17' },
        },
      },
    });
  });

  it('keeps the class of the failure that a child had', async () => {
    const slow = environment('slow_env', { wait: { timeout: 20 } });
    const root = environment('root_env', { main: {} }, { dependsOn: [slow] });
    const world = new World({
      tasks: { 'root_env.main': (task) => task.call('slow_env.wait'), 'slow_env.wait': () => new Promise(() => undefined) },
    });
    const { outcome } = await world.run(root, 'main');
    expect(outcome).toMatchObject({
      error: { failure: 'resources', task: 'root_env.main', cause: { failure: 'resources', code: 'AMBIT_TASK_TIMEOUT' } },
    });
  });
});
