/** How long a change made by another process may go unseen. */
const POLL_MS = 50;

/** Wakes those who wait for something new in a run: at once for changes made here, soon for those of other processes. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #counts = new Map<string, number>();

  /** Take it before looking: a change after that is not missed by `wait`. */
  ticket(run: string): number {
    return this.#counts.get(run) ?? 0;
  }

  announce(run: string): void {
    this.#counts.set(run, this.ticket(run) + 1);
    for (const wake of this.#waiting.get(run) ?? []) wake();
  }

  /** Resolves when something may have changed since the ticket, or when aborted. */
  async wait(run: string, ticket: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.ticket(run) !== ticket) return;
    const waiting = this.#waiting.get(run) ?? new Set();
    this.#waiting.set(run, waiting);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, POLL_MS);
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
    if (waiting.size === 0) this.#waiting.delete(run);
  }
}
