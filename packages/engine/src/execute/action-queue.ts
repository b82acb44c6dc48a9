import type { Action } from './action.ts';

/**
 * Actions that wait for a worker: deeper ones first, so that few parents wait at a time; of one depth, in the order in which
 * they came.
 */
export class ActionQueue {
  readonly #levels: (Level | undefined)[] = [];
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

  peek(): Action | undefined {
    while (this.#levels.length > 0) {
      const level = this.#levels.at(-1);
      const next = level?.first;
      if (next === undefined) this.#levels.pop();
      else if (this.#queued.has(next)) return next;
      else level?.drop();
    }
    return undefined;
  }

  take(): Action | undefined {
    const next = this.peek();
    if (next === undefined) return undefined;
    this.#levels.at(-1)?.drop();
    this.#queued.delete(next);
    return next;
  }

  all(): readonly Action[] {
    return [...this.#queued];
  }
}

/** First in, first out. */
class Level {
  #items: Action[] = [];
  #next = 0;

  get first(): Action | undefined {
    return this.#items[this.#next];
  }

  add(action: Action): void {
    this.#items.push(action);
  }

  drop(): void {
    this.#next += 1;
    if (this.#next < this.#items.length && this.#next < 1024) return;
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }
}
