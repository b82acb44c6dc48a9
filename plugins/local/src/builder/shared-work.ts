/** A piece of work that several wait for. It is aborted when the last of them has left, and each sees its end. */
export class SharedWork<T> {
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(line: WorkLine) => void>();
  readonly #result: Promise<T>;
  #waiting = 0;

  constructor(work: (signal: AbortSignal, onLine: (line: WorkLine) => void) => Promise<T>) {
    this.#result = work(this.#abort.signal, (line) => this.#listeners.forEach((listen) => listen(line)));
    // Those who wait are told; nobody may be left by then.
    this.#result.catch(() => undefined);
  }

  /** Nobody may join any more. */
  get isAbandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Resolves or rejects when the work has ended, cleared away included where this was the last to leave. */
  async join(signal: AbortSignal, onLine: (line: WorkLine) => void): Promise<T> {
    this.#waiting += 1;
    this.#listeners.add(onLine);
    const leaving = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([leaving, this.#result]);
    } finally {
      this.#listeners.delete(onLine);
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

export interface WorkLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}
