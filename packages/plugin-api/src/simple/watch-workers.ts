import type { WorkerEvent } from '../executor.ts';

/** How a worker that has come to a process is now. */
export type WorkerSeen = Extract<WorkerEvent, { type: 'running' | 'ended' }>;

export interface WatchParts {
  readonly place: string;
  /** An owner's workers, as far as they have come to a process, by id. */
  readonly look: (signal: AbortSignal) => Promise<ReadonlyMap<string, WorkerSeen>>;
  /** Until it is worth looking again. */
  readonly wait: (signal: AbortSignal) => Promise<void>;
  readonly now: () => Date;
}

/** What there is, `synced`, then what changes, whoever started it. */
export async function* watchWorkers({ place, look, wait, now }: WatchParts, signal: AbortSignal): AsyncGenerator<WorkerEvent> {
  let told: ReadonlyMap<string, WorkerEvent> = new Map();
  let isSynced = false;
  let isLost = false;
  while (!signal.aborted) {
    const waited = wait(signal);
    const seen = await look(signal).catch((error: unknown) => (error as Error).message);
    if (signal.aborted) return;
    if (typeof seen === 'string') {
      if (!isLost) yield { type: 'unreachable', place, reason: seen, since: now().toISOString() };
      isLost = true;
    } else {
      yield* changes(told, seen);
      if (!isSynced) yield { type: 'synced' };
      told = seen;
      isSynced = true;
      isLost = false;
    }
    await waited;
  }
}

function changes(before: ReadonlyMap<string, WorkerEvent>, now: ReadonlyMap<string, WorkerEvent>): readonly WorkerEvent[] {
  const news = [...now].filter(([id, { type }]) => before.get(id)?.type !== type).map(([, event]) => event);
  // Only what has ended is released.
  const released = [...before].filter(([id, { type }]) => type === 'running' && !now.has(id));
  return [...news, ...released.map(([id]): WorkerEvent => ({ type: 'ended', id }))];
}
