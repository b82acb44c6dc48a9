import type { AttemptMessage } from '../protocol/messages.ts';
import { longestTimer } from './longest-timer.ts';

/** The least that loading a bundle may take, whatever the timeout of the attempt that waits for it. */
const leastMs = 60_000;

/** How long the first attempt that waits may wait for its code to be loaded: for ever where it has no timeout. */
export class LoadPatience {
  readonly #onEnd: (milliseconds: number) => void;
  #attempt: AttemptMessage | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onEnd: (milliseconds: number) => void) {
    this.#onEnd = onEnd;
  }

  /** Nothing is loaded, or nobody waits for it, where none is given. */
  watch(attempt: AttemptMessage | undefined): void {
    if (this.#attempt === attempt) return;
    this.#attempt = attempt;
    clearTimeout(this.#timer);
    if (attempt?.timeoutMs === undefined) return;
    const wait = Math.max(attempt.timeoutMs, leastMs);
    this.#timer = setTimeout(() => this.#onEnd(wait), Math.min(wait, longestTimer));
  }
}
