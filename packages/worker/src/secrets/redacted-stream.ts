import type { Redaction } from './redaction.ts';

/** Output in the pieces in which it comes, without secrets, however they are split. */
export class RedactedStream {
  readonly #redaction: Redaction;
  readonly #out: (data: Buffer) => void;
  /** What may be the beginning of a secret: never more than the longest is. */
  #held: Buffer = Buffer.alloc(0);
  #covered = 0;

  constructor(redaction: Redaction, out: (data: Buffer) => void) {
    this.#redaction = redaction;
    this.#out = out;
  }

  push(data: Buffer): void {
    if (this.#redaction.isEmpty) return this.#out(data);
    this.#take(this.#held.length > 0 ? Buffer.concat([this.#held, data]) : data, false);
  }

  /** Nothing that comes now belongs to what came before. */
  flush(): void {
    if (this.#held.length > 0) this.#take(this.#held, true);
  }

  #take(bytes: Buffer, isLast: boolean): void {
    const { parts, held, covered } = this.#redaction.clean(bytes, this.#covered, isLast);
    this.#held = Buffer.from(bytes.subarray(held));
    this.#covered = covered;
    for (const part of parts) this.#out(part);
  }
}
