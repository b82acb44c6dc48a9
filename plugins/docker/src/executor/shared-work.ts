/** What several want at once is done once, and what is done is kept. What failed is done again for the next who asks. */
export class SharedWork<T> {
  readonly #done = new Map<string, Promise<T>>();

  async get(key: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const running = this.#done.get(key);
    const mine = running ?? work();
    if (!running) this.#done.set(key, mine);
    try {
      return await mine;
    } catch (error) {
      if (this.#done.get(key) === mine) this.#done.delete(key);
      signal.throwIfAborted();
      // It was somebody else's, who has left.
      if (running && (error as Error).name === 'AbortError') return this.get(key, work, signal);
      throw error;
    }
  }

  forget(key: string): void {
    this.#done.delete(key);
  }
}
