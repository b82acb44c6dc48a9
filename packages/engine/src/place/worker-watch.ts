import type { Cause, Clock, Executor, Logger } from '@ambit/plugin-api';
import { lossOf } from './run-worker.ts';

export interface WorkerWatchParts {
  readonly executors: ReadonlyMap<string, Executor>;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Listens to what executors say of workers, and tells of the end of those that are asked for. */
export class WorkerWatch {
  readonly #parts: WorkerWatchParts;
  readonly #watched = new Map<string, (cause: Cause) => void>();
  readonly #observed = new Set<string>();

  constructor(parts: WorkerWatchParts) {
    this.#parts = parts;
  }

  watch(executor: string, worker: string, onEnded: (cause: Cause) => void): void {
    this.#watched.set(worker, onEnded);
    if (this.#observed.has(executor)) return;
    this.#observed.add(executor);
    void this.#observe(executor);
  }

  forget(worker: string): void {
    this.#watched.delete(worker);
  }

  async #observe(name: string): Promise<void> {
    const { executors, owner, clock, log, signal } = this.#parts;
    while (!signal.aborted) {
      try {
        for await (const event of executors.get(name)?.observe(owner, signal) ?? []) {
          if (event.type === 'ended') this.#ended(event.id, event.cause ?? lossOf(`The worker ${event.id} has ended.`).cause);
        }
        if (signal.aborted) return;
        log.warn('An executor stopped telling of its workers; it is asked again.', { executor: name });
      } catch (error) {
        if (signal.aborted) return;
        log.warn('An executor could not tell of its workers; it is asked again.', { executor: name, error: String(error) });
      }
      await clock.sleep(1000, signal).catch(() => undefined);
    }
  }

  #ended(worker: string, cause: Cause): void {
    const onEnded = this.#watched.get(worker);
    this.#watched.delete(worker);
    onEnded?.(cause);
  }
}
