/** More than this of a line is not held back. */
const LONGEST_HELD = 8 * 1024;

/** Makes text of the bytes of one stream, cut where lines end as far as they do. */
export class WholeLines {
  readonly #decoder = new TextDecoder();
  #held = '';

  add(bytes: Uint8Array): string {
    const text = this.#held + this.#decoder.decode(bytes, { stream: true });
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    const cut = text.length - end > LONGEST_HELD ? text.length : end;
    this.#held = text.slice(cut);
    return text.slice(0, cut);
  }

  /** What is left. */
  end(): string {
    const rest = this.#held + this.#decoder.decode();
    this.#held = '';
    return rest;
  }
}
