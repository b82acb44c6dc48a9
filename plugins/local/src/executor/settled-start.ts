import { readFileSync } from 'node:fs';
import { WORKER_VARIABLE } from '@ambit/plugin-api';
import { isAlive } from '../machine/process-table.ts';
import type { ListedProcess } from '../machine/process-table.ts';
import { pause } from './ground.ts';
import type { Ground } from './ground.ts';
import { initOf } from './worker-start.ts';
import type { StartRecord } from './worker-records.ts';

/**
 * The start of an id once nothing about it changes any more: waits for one that is under way, and completes one whose
 * starter has died in the middle. Undefined where there was none.
 */
export async function settledStart(ground: Ground, id: string, signal: AbortSignal): Promise<StartRecord | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const start = ground.records.start(id);
    if (!start || start.complete) return start;
    if (start.boot !== ground.boot || !(await isAlive(ground.table, start.by))) return completed(ground, id);
    await pause(2);
  }
}

/** Its starter is dead, so it is written here what came of it. Read anew: the starter's last word may have come just before. */
async function completed(ground: Ground, id: string): Promise<StartRecord | undefined> {
  const start = ground.records.start(id);
  if (!start || start.complete) return start;
  const worker = start.worker ?? (start.boot === ground.boot ? await markedWorker(ground, id) : undefined);
  const init = worker && start.namespaced ? await initOf(ground.table, worker.pid) : undefined;
  const complete: StartRecord = {
    ...start,
    ...(worker ? { worker: { pid: worker.pid, startTime: worker.startTime } } : {}),
    ...(init ? { init } : {}),
    complete: true,
  };
  ground.records.writeStart(id, complete);
  return complete;
}

/** The outermost of the processes that carry this worker's specification; only Linux shows the environment of others. */
async function markedWorker({ table }: Ground, id: string): Promise<ListedProcess | undefined> {
  const marked = (await table.list()).filter((each) => carries(each.pid, id));
  const pids = new Set(marked.map((each) => each.pid));
  return marked.find((each) => !pids.has(each.parent));
}

function carries(pid: number, id: string): boolean {
  try {
    const variable = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .find((each) => each.startsWith(`${WORKER_VARIABLE}=`));
    return variable !== undefined && (JSON.parse(variable.slice(variable.indexOf('=') + 1)) as { id?: unknown }).id === id;
  } catch {
    return false;
  }
}
