import type { Clock } from '@ambit/plugin-api';
import type { Action } from './action.ts';

/** What may be waited for: the next try of an action, the end of its patience in the queue, its deadline. */
export type TimerKind = 'retry' | 'queued' | 'deadline';

/** Timers cannot be set further ahead. */
const LONGEST_MS = 2 ** 31 - 1;

/** The timers of actions that have any. One of a kind per action. */
export class ActionTimers {
  readonly #clock: Clock;
  readonly #timers = new Map<Action, Map<TimerKind, AbortController>>();
  #retries = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether any action is to be tried again later. */
  get awaitsRetry(): boolean {
    return this.#retries > 0;
  }

  set(action: Action, kind: TimerKind, milliseconds: number, act: () => void): void {
    this.clear(action, kind);
    const own = this.#timers.get(action) ?? new Map<TimerKind, AbortController>();
    const stop = new AbortController();
    this.#timers.set(action, own.set(kind, stop));
    if (kind === 'retry') this.#retries += 1;
    this.#sleep(milliseconds, stop.signal).then(
      () => {
        this.clear(action, kind);
        act();
      },
      () => undefined,
    );
  }

  clear(action: Action, kind: TimerKind): void {
    const own = this.#timers.get(action);
    const stop = own?.get(kind);
    if (!own || !stop) return;
    own.delete(kind);
    if (own.size === 0) this.#timers.delete(action);
    if (kind === 'retry') this.#retries -= 1;
    stop.abort();
  }

  clearAll(action: Action): void {
    for (const kind of this.#timers.get(action)?.keys() ?? []) this.clear(action, kind);
  }

  close(): void {
    for (const action of this.#timers.keys()) this.clearAll(action);
  }

  async #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    for (let left = milliseconds; left > 0; left -= LONGEST_MS) await this.#clock.sleep(Math.min(left, LONGEST_MS), signal);
    signal.throwIfAborted();
  }
}
