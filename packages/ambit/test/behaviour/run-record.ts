import type { LogChunk, RunEvent, RunStore } from '@ambit/plugin-api';
import type { BehaviourRecord } from '@ambit/testkit';

/** What a store has of a run by now. */
export async function runRecord(runs: RunStore, run: string): Promise<BehaviourRecord> {
  const { signal } = new AbortController();
  const events: RunEvent[] = [];
  for await (const event of runs.read(run, {}, signal)) events.push(event);
  const logs: LogChunk[] = [];
  for await (const chunk of runs.readLog(run, {}, signal)) logs.push(chunk);
  return { events, logs };
}
