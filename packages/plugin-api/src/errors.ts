import type { Json } from './json.ts';

const brand: unique symbol = Symbol.for('ambit.error/1') as never;

/** The classes a failure can have. Each has its own retry budget and its own exit code. */
export type FailureClass = 'user' | 'resources' | 'infrastructure' | 'configuration';

export interface AmbitErrorOptions {
  /** What to do about it: one sentence in the imperative. */
  readonly hint: string;
  /** What a program may want to know: names, paths, counts. Never a secret. */
  readonly facts?: { readonly [key: string]: Json };
  readonly cause?: unknown;
}

/**
 * Every error that Ambit or a plugin raises on purpose. `code` is stable and stands in the error catalogue (`docs/errors.md`).
 * The message says what failed, on what, and why; `hint` says what to do. Errors are recognised by shape
 * (`AmbitError.is`), so that two copies of this package agree.
 */
export class AmbitError extends Error {
  readonly [brand] = true;
  readonly code: `AMBIT_${string}`;
  readonly hint: string;
  readonly facts: { readonly [key: string]: Json };

  constructor(code: `AMBIT_${string}`, message: string, options: AmbitErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AmbitError';
    this.code = code;
    this.hint = options.hint;
    this.facts = options.facts ?? {};
  }

  /** Also those of another copy of this package: a runner has one, and the code that it runs another. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === AmbitError ? AmbitError.is(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  static is(error: unknown): error is AmbitError {
    try {
      return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[brand] === true;
    } catch {
      // A proxy that throws whatever it is asked.
      return false;
    }
  }
}

/** Which task failed, in which environment, at which attempt, and the class of its failure. */
export interface TaskFailure {
  readonly failure: FailureClass;
  readonly task: string;
  readonly environment: string;
  readonly attempt: number;
}

/** How something ended, as a value. `error` is the `TaskError` that a call rejects with; outside a run, what the function threw. */
export type Outcome<R> =
  | { readonly status: 'succeeded' | 'cached'; readonly value: R }
  | { readonly status: 'failed'; readonly error: AmbitError & TaskFailure }
  | { readonly status: 'cancelled' | 'skipped'; readonly reason: string };
