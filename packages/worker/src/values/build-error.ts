import { AmbitError } from '@ambit/plugin-api';
import type { FailureClass, Json } from '@ambit/plugin-api';
import { TaskError } from '../runtime/task-error.ts';
import { builtinErrors } from './error-parts.ts';

export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** An error of a class, by the class's name, without its cause and own fields. */
export function builtError(className: string, text: ErrorText, fields: Readonly<Record<string, unknown>>): Error {
  const error = emptyError(className, text.message, fields);
  if (error.name !== text.name) setHidden(error, 'name', text.name);
  setHidden(error, 'stack', text.stack ?? `${text.name}: ${text.message}`);
  return error;
}

function emptyError(className: string, message: string, fields: Readonly<Record<string, unknown>>): Error {
  const options = {
    hint: typeof fields['hint'] === 'string' ? fields['hint'] : '',
    facts: (fields['facts'] ?? {}) as Record<string, Json>,
  };
  const code = (typeof fields['code'] === 'string' ? fields['code'] : 'AMBIT_TASK_FAILED') as `AMBIT_${string}`;
  if (className === 'AmbitError') return new AmbitError(code, message, options);
  if (className === 'AggregateError') return new AggregateError([], message);
  if (className !== 'TaskError') return new (Object.hasOwn(builtinErrors, className) ? builtinErrors[className]! : Error)(message);
  const failed = {
    failure: fields['failure'] as FailureClass,
    task: String(fields['task']),
    environment: String(fields['environment']),
    attempt: Number(fields['attempt']),
  };
  return new TaskError(code, message, failed, options);
}

/** As the language itself sets `message`, `stack` and `cause`. */
export function setHidden(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, enumerable: false, writable: true, configurable: true });
}
