import type { Clock, Json, Logger, RunStore } from '@ambit/plugin-api';
import type { TypedRunEvent } from './events.ts';

export type StoredEvent = TypedRunEvent & { readonly seq: number; readonly at: string };

export interface RecorderParts {
  readonly runs: RunStore;
  readonly run: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a commit may wait for more, in milliseconds, where nobody waits for it. */
  readonly patience?: () => number;
  readonly onStored?: ((event: StoredEvent) => void) | undefined;
  /** Called once: nothing is recorded after that, and nothing that waits for a commit goes on. */
  readonly onFailed: (error: unknown) => void;
}

interface Entry {
  readonly events: readonly (TypedRunEvent & { readonly at: string })[];
  readonly settle?: ((error?: Error) => void) | undefined;
  /** Nothing of it is stored. */
  readonly isShown?: true;
}

/** What goes into one commit at most: what waits for the first of very many is not to wait for the last. */
const LARGEST_COMMIT = 512;

/** Writes a run's record, in order. All that is recorded in one turn, or while a commit is under way, is one commit. */
export class Recorder {
  readonly #parts: RecorderParts;
  #queue: Entry[] = [];
  #state: 'idle' | 'scheduled' | 'storing' | 'failed' = 'idle';
  #failure: Error | undefined;
  #idle: (() => void)[] = [];

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** For what nothing waits for. */
  note(...events: readonly TypedRunEvent[]): void {
    this.#add(events);
  }

  /** Resolves when the events are stored. */
  store(...events: readonly TypedRunEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#add(events, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** Calls `then` when the events are stored, and never if they cannot be. */
  commit(events: readonly TypedRunEvent[], then: () => void): void {
    this.#add(events, (error) => error === undefined && then());
  }

  /** Acts after what was recorded before is stored: at once where it is. */
  after(act: () => void): void {
    if (!this.isBusy) return act();
    this.#queue.push({ events: [], settle: act, isShown: true });
  }

  /** Whether anything is not stored yet. */
  get isBusy(): boolean {
    return this.#state === 'scheduled' || this.#state === 'storing';
  }

  /** Resolves when all that was recorded is stored, or nothing more can be. */
  settled(): Promise<void> {
    return this.isBusy ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  #add(events: readonly TypedRunEvent[], settle?: (error?: Error) => void): void {
    if (this.#state === 'failed') return void settle?.(this.#failure);
    const at = this.#parts.clock.now().toISOString();
    this.#queue.push({ events: events.map((event) => ({ ...event, at })), settle });
    if (this.#state !== 'idle') return;
    this.#schedule();
  }

  #schedule(): void {
    this.#state = 'scheduled';
    const patience = this.#parts.patience?.() ?? 0;
    const begin = (): void => void this.#storeAll();
    if (patience > 0) setTimeout(begin, patience);
    else queueMicrotask(begin);
  }

  async #storeAll(): Promise<void> {
    this.#state = 'storing';
    for (let isFirst = true; this.#queue.length > 0; isFirst = false) {
      if (!isFirst && (this.#parts.patience?.() ?? 0) > 0) return this.#schedule();
      const entries = this.#take();
      try {
        await this.#storeSome(entries);
      } catch (error) {
        this.#fail(error as Error, entries);
        break;
      }
    }
    if (this.#failure === undefined) this.#state = 'idle';
    for (const wake of this.#idle.splice(0)) wake();
  }

  #take(): readonly Entry[] {
    let count = 0;
    let size = 0;
    for (const { events } of this.#queue) {
      if (count > 0 && size + events.length > LARGEST_COMMIT) break;
      size += events.length;
      count += 1;
    }
    return count === this.#queue.length ? this.#queue.splice(0) : this.#queue.splice(0, count);
  }

  async #storeSome(entries: readonly Entry[]): Promise<void> {
    const { runs, run, epoch } = this.#parts;
    const events = entries.flatMap((entry) => entry.events);
    const stored = events.map(({ type, at, data }) => ({ type, at, data: data as unknown as Json }));
    const last = entries.every(({ isShown }) => isShown) ? 0 : (await runs.append(run, epoch, stored)).seq;
    let seq = last - events.length;
    for (const { events: own, settle } of entries) {
      for (const event of own) this.#tell({ ...event, seq: (seq += 1) });
      settle?.();
    }
  }

  #tell(event: StoredEvent): void {
    const { onStored, run, log } = this.#parts;
    try {
      onStored?.(event);
    } catch (error) {
      log.error('The listener of a run threw.', { run, error: String(error) });
    }
  }

  #fail(error: Error, entries: readonly Entry[]): void {
    this.#state = 'failed';
    this.#failure = error;
    for (const { settle } of [...entries, ...this.#queue.splice(0)]) settle?.(error);
    this.#parts.onFailed(error);
  }
}
