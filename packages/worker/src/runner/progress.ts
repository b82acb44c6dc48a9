import { clearTimeout, setTimeout } from 'node:timers';
import { AmbitError } from '@ambit/plugin-api';

const intervalMs = 100;

export type ProgressData = { readonly done: number; readonly total?: number; readonly note?: string };

/** How far a task is: told at once where nothing was told for a while, else the last of what was said meanwhile. */
export class Progress {
  readonly #send: (data: ProgressData) => void;
  #waiting: ProgressData | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (data: ProgressData) => void) {
    this.#send = send;
  }

  tell(data: ProgressData): void {
    if (this.#timer) this.#waiting = data;
    else {
      this.#send(data);
      this.#timer = setTimeout(() => this.#next(), intervalMs).unref();
    }
  }

  /** Tells what waits. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#waiting) this.#send(this.#waiting);
    this.#waiting = undefined;
  }

  #next(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.tell(waiting);
  }
}

export function progressData(done: unknown, total: unknown, note: unknown): ProgressData {
  const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (!isAmount(done) || (total !== undefined && !isAmount(total)) || (note !== undefined && typeof note !== 'string'))
    throw new AmbitError('AMBIT_TASK_PROGRESS', 'progress was told something that is no progress.', {
      hint: `Say how much is done, of how much, and a note: progress(3, 10, 'chunk 3').`,
      facts: { done: String(done), total: String(total), note: String(note) },
    });
  return { done, ...(total === undefined ? {} : { total }), ...(note === undefined ? {} : { note }) };
}
