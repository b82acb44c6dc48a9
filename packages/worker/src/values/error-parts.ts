import { types } from 'node:util';
import { AmbitError } from '@ambit/plugin-api';
import { taskFailureOf } from '../runtime/task-error.ts';
import { userStack } from './user-stack.ts';

export const builtinErrors: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Errors come with what users hang on them: all reading is guarded, and long texts are cut. */
export interface ErrorParts {
  readonly class: string;
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly fields: ReadonlyMap<string, unknown>;
  readonly cause?: { readonly value: unknown };
}

const longest = 64 * 1024;

export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || attempt(() => value instanceof Error) === true;
}

export function errorParts(error: Error): ErrorParts {
  const stack = attempt(() => error.stack);
  const hasCause = attempt(() => 'cause' in error) === true;
  return {
    class: attempt(() => classOf(error)) ?? 'Error',
    name: text(attempt(() => error.name)) ?? 'Error',
    message: text(attempt(() => error.message)) ?? '',
    ...(typeof stack === 'string' ? { stack: cut(userStack(stack)) } : {}),
    fields: fieldsOf(error),
    ...(hasCause ? { cause: { value: attempt(() => error.cause) } } : {}),
  };
}

function classOf(error: Error): string {
  if (taskFailureOf(error)) return 'TaskError';
  if (AmbitError.is(error)) return 'AmbitError';
  for (let prototype: unknown = error; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const { name } = (prototype as { constructor?: { name?: string } }).constructor ?? {};
    if (name === 'AggregateError' || (name !== undefined && Object.hasOwn(builtinErrors, name))) return name;
  }
  return 'Error';
}

const notFields = new Set(['name', 'message', 'stack', 'cause']);

function fieldsOf(error: Error): ReadonlyMap<string, unknown> {
  const names = attempt(() => Object.keys(error)) ?? [];
  const isAggregate = attempt(() => Array.isArray((error as AggregateError).errors) && !names.includes('errors'));
  const fields = new Map<string, unknown>();
  for (const name of isAggregate ? [...names, 'errors'] : names) {
    if (notFields.has(name)) continue;
    const read = attempt(() => ({ value: (error as unknown as Record<string, unknown>)[name] }));
    if (read) fields.set(name, read.value);
  }
  return fields;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? cut(value) : undefined;
}

function cut(value: string): string {
  return value.length > longest ? `${value.slice(0, longest)}… (${value.length - longest} more characters)` : value;
}
