import { AmbitError } from '@ambit/plugin-api';
import { whole } from '@ambit/worker/values';
import type { RunRecord } from './run-record.ts';

/** A record with the values that lie in the object store; one that is there no more stays the word of where it was. */
export async function wholeRecord(record: RunRecord): Promise<RunRecord> {
  const actions: RunRecord['actions'][number][] = [];
  for (const action of record.actions) {
    const { input, value } = action;
    actions.push({ ...action, input: await found(input), ...(value !== undefined && { value: await found(value) }) });
  }
  return wholeEnd({ ...record, actions });
}

/** Only the result. */
export async function wholeEnd(record: RunRecord): Promise<RunRecord> {
  const { end } = record;
  return end?.value === undefined ? record : { ...record, end: { ...end, value: await found(end.value) } };
}

async function found(text: string): Promise<string> {
  return whole(text).catch((error: unknown) => {
    if (AmbitError.is(error) && error.code === 'AMBIT_OBJECT_MISSING') return text;
    throw error;
  });
}
