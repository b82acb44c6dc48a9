/** What the tasks of a run have written so far, and who waits for more of it. */
export class ToldLines {
  #text = '';
  #isOver = false;
  #waiting: (() => void)[] = [];

  add(text: string): void {
    this.#text = `${this.#text}${text}`.slice(-100_000);
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async says(text: string): Promise<void> {
    while (!this.#text.includes(text)) {
      if (this.#isOver) throw new TypeError(`the run ended without "${text}": ${this.#text.slice(-2000)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
