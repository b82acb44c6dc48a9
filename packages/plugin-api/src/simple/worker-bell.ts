import type { Clock } from '../plugin.ts';

/** Rings for whoever looks at workers. */
export class WorkerBell {
  readonly #clock: Clock;
  readonly #waiting = new Set<AbortController>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    for (const each of this.#waiting) each.abort();
  }

  /** Until it rings, time is up, or the signal aborts. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    const rung = new AbortController();
    this.#waiting.add(rung);
    await this.#clock.sleep(milliseconds, AbortSignal.any([signal, rung.signal])).catch(() => undefined);
    this.#waiting.delete(rung);
  }
}
