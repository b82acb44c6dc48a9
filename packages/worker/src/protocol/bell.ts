/** Wakes whoever waits for a change. Costs nothing while nobody does. */
export class Bell {
  #waiting: (() => void)[] = [];

  rung(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  ring(): void {
    if (this.#waiting.length === 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
