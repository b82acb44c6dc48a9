import { AmbitError } from '@ambit/plugin-api';
import type { RunStore } from '@ambit/plugin-api';
import type { EncodedValue } from '@ambit/worker/protocol';
import type { RunEventData } from '../record/events.ts';

/** The value of an action that succeeded, as it was recorded. */
export async function recordedValue(runs: RunStore, run: string, action: string): Promise<EncodedValue> {
  let value: EncodedValue | undefined;
  const signal = new AbortController().signal;
  for await (const { data } of runs.read(run, { action, types: ['action.ended'] }, signal))
    value = (data as unknown as RunEventData['action.ended']).value ?? value;
  if (value !== undefined) return value;
  throw new AmbitError('AMBIT_RECORD_INCOMPLETE', `The record of the run ${run} does not have the value of the action ${action}.`, {
    hint: 'Start a new run; if nobody changed the record, report this as a bug.',
    facts: { run, action },
  });
}
