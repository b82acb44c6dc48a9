import { protocolBroken } from './protocol-errors.ts';

/** The receiver's end of a window: what it let the sender send, and what of that it has used up. */
export class Window {
  readonly #size: number;
  readonly #grant: (bytes: number) => void;
  #left: number;
  #used = 0;

  constructor(size: number, grant: (bytes: number) => void) {
    this.#size = size;
    this.#grant = grant;
    this.#left = size;
  }

  arrive(cost: number): void {
    if (cost > this.#left) throw protocolBroken(`more was sent than there was credit for: ${cost} bytes, with ${this.#left} left`);
    this.#left -= cost;
  }

  /** Gives room back, half a window at once: so that a sender always has at least half. */
  use(cost: number): void {
    this.#used += cost;
    if (this.#used < this.#size / 2) return;
    const bytes = this.#used;
    this.#used = 0;
    this.#left += bytes;
    this.#grant(bytes);
  }
}

/** The sender's end: what it may still send. */
export class Credit {
  readonly #size: number;
  #left: number;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  get left(): number {
    return this.#left;
  }

  spend(cost: number): void {
    this.#left -= cost;
  }

  add(bytes: number): void {
    if (bytes > this.#size - this.#left) throw protocolBroken(`more credit was given than was used: ${bytes} bytes`);
    this.#left += bytes;
  }
}
