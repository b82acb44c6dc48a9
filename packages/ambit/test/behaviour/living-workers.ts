import type { Executor, RunStore } from '@ambit/plugin-api';
import type { ComposedApp } from '../../src/compose/create-app.ts';
import { runRecord } from './run-record.ts';

interface Reserved {
  readonly worker: string;
  readonly executor: string;
}

/** The workers of a run of which its executors say that they run. */
export async function livingWorkers({ runs, executors }: Pick<ComposedApp, 'runs' | 'executors'>, run: string): Promise<readonly string[]> {
  const reserved = await reservedOf(runs, run);
  const names = [...new Set(reserved.map(({ executor }) => executor))];
  const running = await Promise.all(names.map((name) => runningOf(executors.get(name)!, runs.owner)));
  const all = new Set(running.flat());
  return reserved.flatMap(({ worker }) => (all.has(worker) ? [worker] : []));
}

async function reservedOf(runs: RunStore, run: string): Promise<readonly Reserved[]> {
  const { events } = await runRecord(runs, run);
  return events.flatMap(({ type, data }) => (type === 'worker.reserved' ? [data as unknown as Reserved] : []));
}

async function runningOf(executor: Executor, owner: string): Promise<readonly string[]> {
  const looking = new AbortController();
  const running = new Set<string>();
  for await (const event of executor.observe(owner, looking.signal)) {
    if (event.type === 'running') running.add(event.id);
    else if (event.type === 'ended') running.delete(event.id);
    else if (event.type === 'synced') break;
  }
  looking.abort();
  return [...running];
}
