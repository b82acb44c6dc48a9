import { appendFile } from 'node:fs';
import type { AttemptReport } from '../protocol/messages.ts';

/** Most outcomes are acknowledged before this is over, and need no disk. */
const writeAfterMs = 100;

/**
 * How attempts ended, until the engine has said that it knows. What it does not say soon is on the disk too, one line of
 * JSON each, for whoever looks there when this process is gone. Attempts that the engine knows of are remembered, so that
 * none runs twice.
 */
export class Outcomes {
  readonly #path: string;
  readonly #reports = new Map<string, AttemptReport>();
  readonly #acknowledged = new Set<string>();
  #unwritten: AttemptReport[] = [];
  #isWriting = false;

  constructor(path: string) {
    this.#path = path;
  }

  get size(): number {
    return this.#reports.size;
  }

  add(report: AttemptReport): void {
    this.#reports.set(keyOf(report.action, report.attempt), report);
    this.#unwritten.push(report);
    this.#writeSoon();
  }

  get(action: string, attempt: number): AttemptReport | undefined {
    return this.#reports.get(keyOf(action, attempt));
  }

  acknowledge(action: string, attempt: number): void {
    const key = keyOf(action, attempt);
    if (this.#reports.delete(key)) this.#acknowledged.add(key);
  }

  isAcknowledged(action: string, attempt: number): boolean {
    return this.#acknowledged.has(keyOf(action, attempt));
  }

  unacknowledged(): readonly AttemptReport[] {
    return [...this.#reports.values()];
  }

  #writeSoon(): void {
    if (this.#isWriting || this.#unwritten.length === 0) return;
    this.#isWriting = true;
    setTimeout(() => this.#write(), writeAfterMs).unref();
  }

  #write(): void {
    const waiting = this.#unwritten.splice(0).filter(({ action, attempt }) => this.get(action, attempt));
    const lines = waiting.map((report) => `${JSON.stringify(report)}\n`);
    const done = (error?: NodeJS.ErrnoException | null): void => {
      if (error) console.error(`Outcomes could not be written to ${this.#path}: ${error.message}`);
      this.#isWriting = false;
      this.#writeSoon();
    };
    if (lines.length === 0) done();
    else appendFile(this.#path, lines.join(''), { mode: 0o600 }, done);
  }
}

function keyOf(action: string, attempt: number): string {
  return `${attempt} ${action}`;
}
