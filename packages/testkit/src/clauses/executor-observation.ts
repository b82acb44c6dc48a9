import assert from 'node:assert/strict';
import type { Executor, WorkerEvent } from '@ambit/plugin-api';
import { eventually, settles } from './expect.ts';

/** What an observer of one owner's workers is told, from its making to its end. */
export class Observation {
  readonly events: WorkerEvent[] = [];
  readonly #stop = new AbortController();
  readonly #observing: Promise<void>;
  #failure: unknown;
  #isOver = false;

  constructor(executor: Executor, owner: string) {
    this.#observing = this.#observe(executor.observe(owner, this.#stop.signal));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The place, among all that was told, of the first event of this type and worker; waits for it. */
  told(type: WorkerEvent['type'], id?: string): Promise<number> {
    return eventually(`${type} is told`, async () => {
      if (this.#failure !== undefined) throw this.#failure as Error;
      const index = this.#find(type, id);
      assert.ok(index >= 0 || !this.#isOver, `observing ended before "${type}" was told`);
      return index < 0 ? undefined : index;
    });
  }

  has(type: WorkerEvent['type'], id: string): boolean {
    return this.#find(type, id) >= 0;
  }

  /** Aborts, and wants no error of it. */
  async end(): Promise<void> {
    this.#stop.abort();
    await settles('the end of observing', this.#observing);
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** Whatever comes of it. */
  leave(): void {
    this.#stop.abort();
  }

  #find(type: WorkerEvent['type'], id?: string): number {
    return this.events.findIndex((event) => event.type === type && (id === undefined || ('id' in event && event.id === id)));
  }

  async #observe(events: AsyncIterable<WorkerEvent>): Promise<void> {
    try {
      for await (const event of events) this.events.push(event);
    } catch (error) {
      this.#failure = error;
    }
    this.#isOver = true;
  }
}
