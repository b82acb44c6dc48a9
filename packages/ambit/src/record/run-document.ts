import { decodeArgs, decodeValue } from '@ambit/worker/values';
import type { Json } from '@ambit/plugin-api';
import { toJson } from '../values/to-json.ts';
import type { ActionRecord, RunRecord } from './run-record.ts';

/** The document of `run --json` (`cli.md`). */
export function runDocument(record: RunRecord): { readonly [key: string]: unknown } {
  const { end, run, task, startedAt, endedAt } = record;
  return {
    version: 1,
    run,
    task,
    status: end?.status ?? 'running',
    ...(end?.value !== undefined && { result: resultOf(end.value) }),
    ...(end?.error && { error: end.error }),
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
    images: record.images.map(({ identity, status, durationMs, error }) => ({ identity, status, durationMs, error })),
    actions: record.actions.map(actionDocument),
  };
}

function actionDocument({ input, value, executor, attempts, ...action }: ActionRecord): object {
  return {
    ...action,
    ...(executor !== undefined && { executor }),
    input: decodeArgs(input).map(toJson),
    ...(value !== undefined && { result: resultOf(value) }),
    attempts,
  };
}

/** A result in a document; a task that returns nothing has none. */
export function resultOf(encoded: string): Json | undefined {
  const value = decodeValue(encoded);
  return value === undefined ? undefined : toJson(value);
}
