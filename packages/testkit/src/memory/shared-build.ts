import type { BuildEvent } from '@ambit/plugin-api';
import { Bell, orAborted } from './bell.ts';

/** One build that several ask for: each sees all its events; it is cancelled when the last of them has left. */
export class SharedBuild {
  readonly #controller = new AbortController();
  readonly #bell = new Bell();
  readonly #events: BuildEvent[] = [];
  #joined = 0;
  #over = false;
  #error: unknown;

  constructor(work: (signal: AbortSignal) => AsyncIterable<BuildEvent>, onEnd: () => void) {
    void this.#pump(work(this.#controller.signal)).finally(onEnd);
  }

  get cancelled(): boolean {
    return this.#controller.signal.aborted;
  }

  async *join(signal: AbortSignal): AsyncGenerator<BuildEvent> {
    this.#joined += 1;
    try {
      for (let next = 0; ;) {
        const { next: change } = this.#bell;
        for (; next < this.#events.length; next += 1) yield this.#events[next] as BuildEvent;
        if (this.#error !== undefined) throw this.#error as Error;
        if (this.#over) return;
        await orAborted(change, signal);
        signal.throwIfAborted();
      }
    } finally {
      this.#joined -= 1;
      if (this.#joined === 0) this.#controller.abort(new DOMException('Nobody waits for this build any more.', 'AbortError'));
    }
  }

  async #pump(events: AsyncIterable<BuildEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#events.push(event);
        this.#bell.ring();
      }
    } catch (error) {
      this.#error = error;
    }
    this.#over = true;
    this.#bell.ring();
  }
}
