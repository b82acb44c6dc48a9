import type { WorkerEvent } from '@ambit/plugin-api';
import type { Ground } from './ground.ts';
import { endOf, handleOf, isStarted, lives } from './worker-state.ts';

/** Workers of other processes tell nobody of their end, so they are looked at so often. */
const pollMs = 250;

/** Rings for whoever looks at workers. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Until it rings, time is up, or the signal aborts. Keeps no process alive. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds).unref();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }
}

/** What there is of an owner's workers, `synced`, then what changes, whoever started them. */
export async function* watchWorkers(ground: Ground, bell: Bell, owner: string, signal: AbortSignal): AsyncGenerator<WorkerEvent> {
  const told = new Map<string, 'running' | 'ended'>();
  let isSynced = false;
  while (!signal.aborted) {
    const rung = bell.wait(pollMs, signal);
    for (const event of await changes(ground, owner, told)) yield event;
    if (!isSynced) yield { type: 'synced' };
    isSynced = true;
    await rung;
  }
}

async function changes(ground: Ground, owner: string, told: Map<string, 'running' | 'ended'>): Promise<readonly WorkerEvent[]> {
  const events: WorkerEvent[] = [];
  const ids = ground.records.ids();
  for (const id of ids) {
    if (told.get(id) === 'ended' || ground.records.reservation(id)?.owner !== owner) continue;
    const start = ground.records.start(id);
    if (!isStarted(start) || !start.complete) continue;
    const isAlive = await lives(ground, start);
    if (isAlive && told.get(id) === 'running') continue;
    events.push(isAlive ? { type: 'running', id, handle: handleOf(id, start) } : { type: 'ended', id, ...endOf(ground, id, start) });
    told.set(id, isAlive ? 'running' : 'ended');
  }
  // Only what has ended is released, and its folder goes with it.
  for (const [id, last] of told) if (last === 'running' && !ids.includes(id)) events.push({ type: 'ended', id });
  for (const id of told.keys()) if (!ids.includes(id)) told.delete(id);
  return events;
}
