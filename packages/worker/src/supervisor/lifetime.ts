import { longestTimer } from './longest-timer.ts';

export interface LifetimeParts {
  /** How long it works on, and results wait, without an engine. */
  readonly ttlMs: number;
  readonly isBusy: () => boolean;
  readonly isConnected: () => boolean;
  /** An engine has all that it is to have. */
  readonly isSettled: () => boolean;
  readonly end: (reason: string) => void;
}

/** When a worker ends by itself: nobody wants it any more, or nobody has come for too long. */
export class Lifetime {
  readonly #parts: LifetimeParts;
  #isShutDown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LifetimeParts) {
    this.#parts = parts;
  }

  /** No more attempts will come. */
  shutDown(): void {
    this.#isShutDown = true;
    this.check();
  }

  /** Whenever anything of it may have changed. */
  check(): void {
    const { ttlMs, isBusy, isConnected, isSettled, end } = this.#parts;
    if (this.#isShutDown && !isBusy() && isSettled()) return end('it was told to end, and has nothing left to do');
    if (!isConnected()) {
      this.#timer ??= setTimeout(() => end(`no engine has been connected for ${ttlMs} ms`), Math.min(ttlMs, longestTimer));
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
