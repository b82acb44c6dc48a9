import type { Colors } from '../cli/terminal.ts';
import { shownLines } from './log-text.ts';

/** More lines than this between two drawings nobody can read; they are in the record. */
const mostLines = 500;
const fewestLines = 20;
/** A terminal that takes longer for a drawing holds up what it tells of. */
const slowMs = 30;

/** Lines that wait for the next drawing: as many as the terminal is quick to take. */
export class LogBacklog {
  readonly #colors: Colors;
  #lines: string[] = [];
  #left = 0;
  #most = mostLines;

  constructor(colors: Colors) {
    this.#colors = colors;
  }

  /** What is said beside the tasks is never left out. */
  say(line: string): void {
    this.#lines.push(line);
  }

  add(task: string, text: string): void {
    if (this.#lines.length >= this.#most) {
      this.#left += countLines(text);
      return;
    }
    const lines = shownLines(text).map((line) => `${this.#colors.cyan(task)} | ${line}`);
    const room = this.#most - this.#lines.length;
    this.#lines.push(...lines.slice(0, room));
    this.#left += Math.max(lines.length - room, 0);
  }

  take(): readonly string[] {
    const lines = this.#lines;
    if (this.#left > 0) lines.push(this.#colors.dim(`… ${this.#left} lines more are not shown here; ambit runs logs has them`));
    this.#lines = [];
    this.#left = 0;
    return lines;
  }

  /** How long the last drawing took. */
  drawn(milliseconds: number): void {
    const wanted = milliseconds > slowMs ? this.#most / 2 : this.#most * 2;
    this.#most = Math.round(Math.min(Math.max(wanted, fewestLines), mostLines));
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return Math.max(count, 1);
}
