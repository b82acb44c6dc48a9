import { AmbitError } from '@ambit/plugin-api';
import type { FailureClass } from '@ambit/plugin-api';
import type { AttemptOutcome, WireError } from '../protocol/messages.ts';
import { isNonRetryable, taskFailureOf } from '../runtime/task-error.ts';
import { encodeError } from '../values/encode-error.ts';

export type FailedOutcome = Extract<AttemptOutcome, { status: 'failed' }>;

/** `TypeError: x is not a function`. What Ambit says, and what was no error when thrown, needs no name of a class. */
export function messageOf({ name, message, value, code }: WireError): string {
  if (value !== undefined || code?.startsWith('AMBIT_')) return message;
  return message === '' ? name : `${name}: ${message}`;
}

/** How a call of a task, or of Ambit, is refused where it is made: what the task did wrong there is told by its own code. */
const misuse: ReadonlySet<string> = new Set([
  'AMBIT_IN_TASK',
  'AMBIT_SECRET_IN_VALUE',
  'AMBIT_TASK_CONTEXT_LOST',
  'AMBIT_TASK_NOT_HERE',
  'AMBIT_VALUE_REFUSED',
  'AMBIT_VALUE_TOO_LARGE',
]);

/** What a task threw. */
export function thrownOutcome(thrown: unknown): FailedOutcome {
  if (isFull(thrown)) return failedOutcome('resources', thrown.code, thrown);
  const isMisuse = AmbitError.is(thrown) && misuse.has(thrown.code) && !taskFailureOf(thrown);
  return failedOutcome('user', isMisuse ? thrown.code : 'AMBIT_TASK_FAILED', thrown);
}

/** Of files and large values; what a task itself writes elsewhere fails with errors of its own. */
export function isFull(thrown: unknown): thrown is AmbitError {
  return AmbitError.is(thrown) && thrown.code === 'AMBIT_NO_SPACE' && !taskFailureOf(thrown);
}

/** What a schema refused: another attempt would be refused too. */
export function refusedOutcome(refusal: AmbitError): FailedOutcome {
  return { ...failedOutcome('user', refusal.code, refusal), retryable: false };
}

export function failedOutcome(failure: FailureClass, code: `AMBIT_${string}`, thrown: unknown): FailedOutcome {
  const error = encodeError(thrown);
  return {
    status: 'failed',
    failure,
    code,
    message: messageOf(error),
    error,
    retryable: failure !== 'configuration' && !isNonRetryable(thrown),
  };
}
