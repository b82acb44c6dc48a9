import { AmbitError } from '@ambit/plugin-api';
import type { AmbitErrorOptions, FailureClass, TaskFailure } from '@ambit/plugin-api';
import { NON_RETRYABLE } from './brands.ts';

/**
 * What a call of a task rejects with when the task failed. `cause` is what the task threw: a built-in class where it was
 * one, with its own fields; what was no Error when thrown is the cause's `value`.
 */
export class TaskError extends AmbitError implements TaskFailure {
  readonly failure: FailureClass;
  readonly task: string;
  readonly environment: string;
  readonly attempt: number;

  /** Also those that another copy of this package made: a runner has one, and the code that it runs another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === TaskError ? taskFailureOf(value) !== undefined : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  constructor(code: `AMBIT_${string}`, message: string, failed: TaskFailure, options: AmbitErrorOptions) {
    super(code, message, options);
    this.name = 'TaskError';
    this.failure = failed.failure;
    this.task = failed.task;
    this.environment = failed.environment;
    this.attempt = failed.attempt;
  }
}

/** What is said of a task's failure by an error that is a `TaskError`, of whichever copy of this package. */
export function taskFailureOf(error: unknown): TaskFailure | undefined {
  try {
    if (!AmbitError.is(error)) return undefined;
    const { failure, task, environment, attempt } = error as AmbitError & Partial<TaskFailure>;
    if (failure === undefined || typeof task !== 'string' || typeof environment !== 'string' || typeof attempt !== 'number')
      return undefined;
    return { failure, task, environment, attempt };
  } catch {
    // A proxy that throws whatever it is asked.
    return undefined;
  }
}

/** Thrown by a task that knows that another attempt would fail too: no retries. */
export class NonRetryableError extends Error {
  readonly [NON_RETRYABLE] = true;
  override name = 'NonRetryableError';

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === NonRetryableError ? isNonRetryable(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

export function isNonRetryable(error: unknown): boolean {
  try {
    return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[NON_RETRYABLE] === true;
  } catch {
    // A proxy that throws whatever it is asked.
    return false;
  }
}
