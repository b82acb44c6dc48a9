import type { Timings } from './timings.ts';

export interface PulseNotes {
  ping(): void;
  onSilence(milliseconds: number): void;
}

/**
 * Pings, and notices when nothing comes. It counts its own beats and not the clock: a process that was stopped for an hour
 * has missed none.
 */
export class Pulse {
  readonly #timings: Timings;
  readonly #notes: PulseNotes;
  readonly #timer: NodeJS.Timeout;
  #silence = 0;

  constructor(timings: Timings, notes: PulseNotes) {
    this.#timings = timings;
    this.#notes = notes;
    this.#timer = setInterval(() => this.#beat(), timings.ping);
    this.#timer.unref();
  }

  heard(): void {
    this.#silence = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    this.#silence += this.#timings.ping;
    if (this.#silence > this.#timings.silence) this.#notes.onSilence(this.#timings.silence);
    else this.#notes.ping();
  }
}
