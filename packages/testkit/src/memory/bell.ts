/** Wakes whoever waits for a change. Take `next` before looking, so that no change is missed between look and wait. */
export class Bell {
  #wake: () => void = () => undefined;
  #next: Promise<void> = this.#fresh();

  #fresh(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  get next(): Promise<void> {
    return this.#next;
  }

  ring(): void {
    const wake = this.#wake;
    this.#next = this.#fresh();
    wake();
  }
}

/** Resolves with the promise or when aborted, whichever comes first. */
export function orAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    const stop = (): void => resolve();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
