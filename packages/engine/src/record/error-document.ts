import { AmbitError } from '@ambit/plugin-api';
import type { FailureClass } from '@ambit/plugin-api';
import { decodeValue } from '@ambit/worker/values';
import type { WireError } from '@ambit/worker/values';
import type { ErrorDocument } from './events.ts';
import { stackPlace } from './stack-place.ts';

/** How an attempt failed, whoever found that out. */
export interface TaskFault {
  readonly failure: FailureClass;
  readonly code: string;
  readonly message: string;
  readonly error?: WireError | undefined;
  readonly hint?: string | undefined;
}

/** Which attempt failed, and where the user's files are. */
export interface FaultPlace {
  readonly task: string;
  readonly environment: string;
  readonly executor: string;
  readonly attempt: number;
  /** The project's folder. */
  readonly root: string;
}

const deepest = 16;

/** A failed attempt as documents show it. */
export function faultDocument(fault: TaskFault, { root, ...who }: FaultPlace): ErrorDocument {
  const { failure, code, error } = fault;
  const at = error && placeOf(error, root);
  // What a child threw is told by its own document, below.
  const child = error?.task ? causeDocument(error, root, 1) : undefined;
  return {
    code,
    failure,
    message: faultMessage(fault, who.task),
    hint: fault.hint ?? hintOf(error) ?? hints[failure],
    ...who,
    ...(at === undefined ? {} : { at }),
    ...(error ? textOf(error) : {}),
    ...(child ? { cause: child } : error?.cause ? { cause: causeDocument(error.cause, root, 1) } : {}),
  };
}

/** Begins with the task and the reason: `fold_env.run_fold: RangeError: too long`. */
export function faultMessage({ message, error }: TaskFault, task: string): string {
  const isOurs = error !== undefined && (error.task !== undefined || error.name === 'AmbitError');
  return `${task}: ${isOurs && message === `${error.name}: ${error.message}` ? error.message : message}`;
}

/** An error of the engine or a plugin as documents show it. */
export function errorDocument(error: unknown): ErrorDocument {
  if (AmbitError.is(error)) {
    const { code, message, hint, facts } = error;
    return { code, message, hint, ...(Object.keys(facts).length > 0 ? { facts } : {}) };
  }
  const { name = 'Error', message = String(error), stack } = (error ?? {}) as Partial<Error>;
  return { code: 'AMBIT_INTERNAL', message, hint: 'Report this as a bug.', name, ...(stack === undefined ? {} : { stack }) };
}

const hints: Readonly<Record<FailureClass, string>> = {
  user: 'Mend what the task does there, or catch the error where the task is called.',
  resources: 'Give the environment more, or the task less to do.',
  infrastructure: 'Run it again; where it keeps failing, look at the place on which it ran.',
  configuration: 'Correct what is said of the environment.',
};

function causeDocument(error: WireError, root: string, depth: number): ErrorDocument {
  const { task: who } = error;
  const thrown = who ? error.cause : error;
  const cause = thrown?.cause;
  const at = placeOf(error, root);
  return {
    code: error.code?.startsWith('AMBIT_') ? error.code : 'AMBIT_TASK_FAILED',
    message: error.message,
    hint: hintOf(error) ?? hints[who?.failure ?? 'user'],
    ...(who ?? {}),
    ...(at === undefined ? {} : { at }),
    ...(thrown && !(who && thrown.task) ? textOf(thrown) : {}),
    ...nested(who && thrown?.task ? thrown : cause, root, depth),
  };
}

function nested(cause: WireError | undefined, root: string, depth: number): { cause?: ErrorDocument } {
  return cause && depth < deepest ? { cause: causeDocument(cause, root, depth + 1) } : {};
}

function textOf({ name, stack }: WireError): { name: string; stack?: string } {
  return { name, ...(stack === undefined ? {} : { stack }) };
}

/** The innermost frame in the user's files of the innermost cause that has one. */
function placeOf(error: WireError, root: string): string | undefined {
  return (error.cause && placeOf(error.cause, root)) ?? stackPlace(error.stack, root);
}

/** Errors of our own family bring their hint along. */
function hintOf({ fields }: Partial<WireError> = {}): string | undefined {
  if (fields === undefined) return undefined;
  try {
    const { hint } = decodeValue(fields) as { hint?: unknown };
    return typeof hint === 'string' && hint !== '' ? hint : undefined;
  } catch {
    return undefined;
  }
}
