/** Attempts that end sooner than this are worth handing over ahead. */
const SHORT_MS = 20;
/** How much work is to lie at a worker, so that it never waits for the next. */
const AHEAD_MS = 10;
const DEEPEST = 64;
/** Times are told in whole milliseconds. */
const LEAST_MS = 0.1;

/** How long the attempts of an environment took lately. */
export class Pace {
  #mean: number | undefined;

  add(milliseconds: number): void {
    const took = Math.max(0, milliseconds);
    this.#mean = this.#mean === undefined ? took : this.#mean * 0.8 + took * 0.2;
  }

  /** How many attempts may lie at one worker. */
  get depth(): number {
    if (this.#mean === undefined || this.#mean >= SHORT_MS) return 1;
    return Math.min(DEEPEST, 1 + Math.ceil(AHEAD_MS / Math.max(this.#mean, LEAST_MS)));
  }

  /** How long so many attempts take one worker; undefined where nobody knows yet. */
  expected(attempts: number): number | undefined {
    return this.#mean === undefined ? undefined : attempts * Math.max(this.#mean, LEAST_MS);
  }
}
