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

  static is(error: unknown): error is AmbitError {
    return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[brand] === true;
  }
}
