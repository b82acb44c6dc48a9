import { decodeArgs, decodeValue, largeValueOf } from '@ambit/worker/values';
import type { Json } from '@ambit/plugin-api';
import { toJson } from '../values/to-json.ts';
import { programError } from './program-error.ts';
import type { ActionRecord, ImageRecord, RunRecord } from './run-record.ts';

/** The document of `run --json` (`cli.md`). */
export function runDocument(record: RunRecord): { readonly [key: string]: unknown } {
  const { end, run, task, status, startedAt, endedAt } = record;
  return {
    version: 1,
    run,
    task,
    status,
    ...(end?.value !== undefined && { result: resultOf(end.value) }),
    ...(end?.error && { error: programError(end.error) }),
    ...(end?.reason !== undefined && { reason: end.reason }),
    startedAt,
    ...(end && { endedAt, durationMs: end.durationMs }),
    ...(end?.cancel && { cancel: end.cancel }),
  };
}

/** The document of `runs show --json`. */
export function runDetails(record: RunRecord): { readonly [key: string]: unknown } {
  return {
    ...runDocument(record),
    tags: record.tags,
    images: record.images.map(imageDocument),
    actions: record.actions.map(actionDocument),
  };
}

function imageDocument({ error, ...image }: ImageRecord): object {
  return { ...image, ...(error && { error: programError(error) }) };
}

function actionDocument({ input, value, error, attempts, ...action }: ActionRecord): object {
  return {
    ...action,
    input: inputOf(input),
    ...(value !== undefined && { result: resultOf(value) }),
    ...(error && { error: programError(error) }),
    attempts,
  };
}

/** Arguments in a document. Those that lie in the object store, and were not fetched, say where. */
export function inputOf(encoded: string): Json {
  const large = largeValueOf(encoded);
  return large ? [{ $large: { ...large } }] : decodeArgs(encoded).map(toJson);
}

/** A result in a document; a task that returns nothing has none. */
export function resultOf(encoded: string): Json | undefined {
  const large = largeValueOf(encoded);
  if (large) return { $large: { ...large } };
  const value = decodeValue(encoded);
  return value === undefined ? undefined : toJson(value);
}
