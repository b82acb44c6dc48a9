import stringWidth from 'string-width';

const ESC = '\u001b[';

/** The lower end of a terminal, which is drawn over and over; what is printed scrolls away above it. */
export class Redraw {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #drawn: readonly string[] = [];

  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** Replaces what is drawn, in one write, and prints lines above it. No line may be wider than the terminal. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const text = [...above, ...lines].map((line) => `${line}\n`).join('');
    this.#write(`${ESC}?2026h${this.#erase()}${text}${ESC}?2026l`);
    this.#drawn = lines;
  }

  /** A terminal that became narrower has wrapped what was drawn in it. */
  #erase(): string {
    const columns = this.#columns();
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(Math.ceil(stringWidth(line) / columns), 1), 0);
    return rows > 0 ? `${ESC}${rows}A\r${ESC}J` : '';
  }
}
