const longest = 64 * 1024;

/** Lines out of pieces of bytes. Very long ones are cut into several. */
export class LogLines {
  readonly #decoder = new TextDecoder();
  readonly #take: (line: string) => void;
  #rest = '';

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  write(data: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(data, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    for (; this.#rest.length > longest; this.#rest = this.#rest.slice(longest)) this.#take(this.#rest.slice(0, longest));
  }

  end(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    this.#rest = '';
  }
}
