import { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { NonRetryableError, TaskError, taskFailureOf } from '../../src/runtime/index.ts';
import { isNonRetryable } from '../../src/runtime/task-error.ts';
import type * as taskErrors from '../../src/runtime/task-error.ts';

const failed = { failure: 'user', task: 'fold_env.run', environment: 'fold_env', attempt: 2 } as const;

/** The module again, as another copy of the package would have it. */
async function otherCopy(): Promise<typeof taskErrors> {
  vi.resetModules();
  return import('../../src/runtime/task-error.ts');
}

const hostile = new Proxy(new Error('x'), {
  get() {
    throw new Error('trap');
  },
  getPrototypeOf() {
    throw new Error('trap');
  },
});

describe('a TaskError', () => {
  it('says which task failed, how, and where', () => {
    const cause = new RangeError('deep');
    const error = new TaskError('AMBIT_TASK_FAILED', 'fold_env.run failed', failed, { hint: 'Mend it.', cause });
    expect(error).toMatchObject({ ...failed, name: 'TaskError', code: 'AMBIT_TASK_FAILED', hint: 'Mend it.', cause });
    expect(AmbitError.is(error)).toBe(true);
    expect(taskFailureOf(error)).toEqual(failed);
  });

  it('is one for every copy of the package', async () => {
    const other = await otherCopy();
    expect(other.TaskError).not.toBe(TaskError);
    const error = new other.TaskError('AMBIT_TASK_FAILED', 'x', failed, { hint: '' });
    expect(error instanceof TaskError).toBe(true);
    class Own extends TaskError {}
    expect(error instanceof Own).toBe(false);
    expect(new Own('AMBIT_TASK_FAILED', 'x', failed, { hint: '' }) instanceof Own).toBe(true);
  });

  it.each([new AmbitError('AMBIT_OTHER', 'x', { hint: '' }), new Error('x'), null, 'x', {}, hostile])('is nothing else', (value) => {
    expect(value instanceof TaskError).toBe(false);
    expect(taskFailureOf(value)).toBeUndefined();
  });
});

describe('a NonRetryableError', () => {
  it('is one for every copy of the package, subclasses included', async () => {
    const other = await otherCopy();
    class GiveUp extends other.NonRetryableError {}
    for (const error of [new NonRetryableError('x'), new other.NonRetryableError('x'), new GiveUp('x')]) {
      expect(error instanceof NonRetryableError).toBe(true);
      expect(isNonRetryable(error)).toBe(true);
    }
    expect(new NonRetryableError('x') instanceof GiveUp).toBe(false);
  });

  it.each([new Error('x'), null, undefined, 3, hostile])('is nothing else', (value) => {
    expect(isNonRetryable(value)).toBe(false);
    expect(value instanceof NonRetryableError).toBe(false);
  });
});
