import { openSync, write } from 'node:fs';
import type { AttemptReport } from '../protocol/messages.ts';

/**
 * How attempts ended, until the engine has said that it knows. They are on the disk too, one line of JSON each, for whoever
 * looks there when this process is gone. Attempts that the engine knows of are remembered, so that none runs twice.
 */
export class Outcomes {
  readonly #path: string;
  readonly #reports = new Map<string, AttemptReport>();
  readonly #acknowledged = new Set<string>();
  #lines: string[] = [];
  #isWriting = false;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get size(): number {
    return this.#reports.size;
  }

  add(report: AttemptReport): void {
    this.#reports.set(keyOf(report.action, report.attempt), report);
    this.#lines.push(`${JSON.stringify(report)}\n`);
    if (!this.#isWriting) this.#write();
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

  /** One write at a time, of all that waits. A disk that takes no more loses nothing that the engine will not be told. */
  #write(): void {
    const text = this.#lines.splice(0).join('');
    try {
      this.#descriptor ??= openSync(this.#path, 'a', 0o600);
    } catch {
      return;
    }
    this.#isWriting = true;
    write(this.#descriptor, text, () => {
      this.#isWriting = false;
      if (this.#lines.length > 0) this.#write();
    });
  }
}

function keyOf(action: string, attempt: number): string {
  return `${attempt} ${action}`;
}
