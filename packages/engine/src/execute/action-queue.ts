import type { Action } from './action.ts';

/**
 * Actions that wait for a worker: deeper ones first, so that few parents wait at a time; of one depth, in the order in which
 * they came.
 */
export class ActionQueue {
  readonly #levels: Level[] = [];
  readonly #queued = new Set<Action>();

  get size(): number {
    return this.#queued.size;
  }

  add(action: Action): void {
    this.#queued.add(action);
    (this.#levels[action.depth] ??= new Level()).add(action);
  }

  /** An action that is not in it is passed over. */
  remove(action: Action): void {
    this.#queued.delete(action);
  }

  take(): Action | undefined {
    while (this.#levels.length > 0) {
      const next = this.#levels.at(-1)?.take();
      if (next === undefined) this.#levels.pop();
      else if (this.#queued.delete(next)) return next;
    }
    return undefined;
  }

  all(): readonly Action[] {
    return [...this.#queued];
  }
}

/** First in, first out. */
class Level {
  #items: Action[] = [];
  #first = 0;

  add(action: Action): void {
    this.#items.push(action);
  }

  take(): Action | undefined {
    const item = this.#items[this.#first];
    this.#first += 1;
    if (this.#first >= this.#items.length || this.#first > 1024) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
