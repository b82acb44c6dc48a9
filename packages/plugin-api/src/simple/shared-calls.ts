/** Work under way, by id: who asks for the same meanwhile gets the same answer. */
export class SharedCalls<T> {
  readonly #running = new Map<string, Promise<T>>();

  run(id: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(id);
    if (running) return running;
    const begun = work().finally(() => this.#running.delete(id));
    this.#running.set(id, begun);
    return begun;
  }

  /** Resolves when nothing is under way, however it ended. */
  async settled(id: string): Promise<void> {
    await this.#running.get(id)?.catch(() => undefined);
  }
}
