/** A piece of work that several wait for. It is aborted when the last of them has left, and each sees its end. */
export class SharedWork<T, Event> {
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #result: Promise<T>;
  #waiting = 0;

  constructor(work: (signal: AbortSignal, emit: (event: Event) => void) => Promise<T>) {
    this.#result = work(this.#abort.signal, (event) => this.#listeners.forEach((listen) => listen(event)));
    // Those who wait are told; nobody may be left by then.
    this.#result.catch(() => undefined);
  }

  /** Nobody may join any more. */
  get isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Resolves or rejects when the work has ended, cleared away included where this was the last to leave. */
  async join(signal: AbortSignal, emit: (event: Event) => void): Promise<T> {
    this.#waiting += 1;
    this.#listeners.add(emit);
    const leaving = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([leaving, this.#result]);
    } finally {
      this.#listeners.delete(emit);
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal.aborted) {
        this.#abort.abort(signal.reason);
        await this.#result.catch(() => undefined);
      }
    }
    signal.throwIfAborted();
    return this.#result;
  }
}
