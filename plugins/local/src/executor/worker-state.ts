import { constants } from 'node:os';
import type { Cause, WorkerEvent, WorkerHandle } from '@ambit/plugin-api';
import { isAlive } from '../machine/process-table.ts';
import { PLACE } from './capacity.ts';
import { logTail } from './ground.ts';
import type { Exit, Ground } from './ground.ts';
import type { StartRecord, StoredProcess } from './worker-records.ts';

/** What of a start a handle carries: exact processes, and where to reach them. */
export type HandleState = Pick<StartRecord, 'boot' | 'namespaced' | 'socket' | 'workDirectory'> & {
  readonly worker: StoredProcess;
  readonly init?: NonNullable<StartRecord['init']>;
};

/** A start that came to a process. */
export type Started = StartRecord & { readonly worker: StoredProcess };

export function isStarted(start: StartRecord | undefined): start is Started {
  return start?.worker !== undefined;
}

export function handleOf(id: string, { boot, namespaced, socket, workDirectory, worker, init }: Started): WorkerHandle {
  return { id, place: PLACE, state: { boot, namespaced, socket, workDirectory, worker, ...(init ? { init } : {}) } };
}

/** The start as a handle tells it, for when the folder of workers does not know it any more. */
export function startOf(handle: WorkerHandle): Started {
  const state = handle.state as HandleState;
  return { ...state, by: state.worker, complete: true };
}

/** Whether anything of the worker that has a name here still runs. */
export async function lives({ table, boot }: Ground, start: Pick<Started, 'boot' | 'worker' | 'init'>): Promise<boolean> {
  if (start.boot !== boot) return false;
  if (await isAlive(table, start.worker)) return true;
  return start.init !== undefined && start.init !== 'none' && isAlive(table, start.init);
}

export type End = Omit<Extract<WorkerEvent, { type: 'ended' }>, 'type' | 'id'>;

/** How a worker ended, as far as this process can know. One that was stopped, or left by itself, has no cause. */
export function endOf(ground: Ground, id: string, start: Started): End {
  const exit = ground.exits.get(id);
  const tail = logTail(start.workDirectory);
  const { exitCode, signal } = exit ? readExit(exit, start.namespaced, tail) : {};
  const seen = { ...(exitCode === undefined ? {} : { exitCode }), ...(signal === undefined ? {} : { signal }) };
  if (exitCode === 0 || ground.records.stop(id)) return seen;
  return { ...seen, cause: causeOf(id, seen, start.boot === ground.boot ? said(tail) : 'this machine was started anew') };
}

export function causeOf(id: string, { exitCode, signal }: Pick<End, 'exitCode' | 'signal'>, tail: string): Cause {
  const how = signal ? `was killed by ${signal}` : exitCode === undefined ? 'has ended' : `has ended with exit code ${exitCode}`;
  const facts = {
    worker: id,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal ? { signal } : {}),
    ...(tail ? { log: tail } : {}),
  };
  const last = tail.split('\n').at(-1);
  return {
    failure: 'infrastructure',
    code: 'AMBIT_WORKER_DIED',
    message: `The worker ${id} on this machine ${how}${last ? `: ${last}` : ''}.`,
    facts,
  };
}

/** What unshare says where the first process of its namespace was killed; it ends with code 1 then. */
const killedInit = 'unshare: sigprocmask unblock failed';

function said(tail: string): string {
  return tail
    .split('\n')
    .filter((line) => !line.startsWith(killedInit))
    .join('\n')
    .trim();
}

/** `sh`, which is around a supervisor in a namespace, tells a signal as 128 and its number. */
function readExit({ code, signal }: Exit, namespaced: boolean, tail: string): { exitCode?: number; signal?: string } {
  if (signal) return { signal };
  if (code === null) return {};
  if (!namespaced) return { exitCode: code };
  if (code === 1 && tail.includes(killedInit)) return { signal: 'SIGKILL' };
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name ? { signal: name } : { exitCode: code };
}
