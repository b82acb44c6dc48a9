import { setImmediate } from 'node:timers';
import type { Connection } from '@ambit/plugin-api';
import type { Outbox } from './outbox.ts';

export interface PumpNotes {
  /** After each write. */
  onWritten(): void;
  /** A write has failed: there will be no other. */
  onLost(cause: unknown): void;
}

/** After so many bytes others get their turn: a transport may take everything at once. */
const mostInTurn = 1024 * 1024;

/** Writes what waits in an outbox, one write after the other. What is said in one go goes in one write. */
export class Pump {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #notes: PumpNotes;
  #isRunning = false;
  #isWriting = false;
  #isStopped = false;
  #inTurn = 0;

  constructor(connection: Connection, outbox: Outbox, notes: PumpNotes) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#notes = notes;
  }

  wake(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    queueMicrotask(() => void this.#run());
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** One last write, where none is under way. */
  async finish(): Promise<void> {
    const bytes = this.#isWriting ? undefined : this.#outbox.fill();
    if (bytes) await this.#connection.write(bytes);
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isStopped) {
        const bytes = this.#outbox.fill();
        if (!bytes) break;
        this.#isWriting = true;
        await this.#connection.write(bytes);
        this.#isWriting = false;
        this.#notes.onWritten();
        await this.#pause(bytes.length);
      }
    } catch (cause) {
      this.#isStopped = true;
      this.#notes.onLost(cause);
    }
    this.#isRunning = this.#isWriting = false;
  }

  async #pause(written: number): Promise<void> {
    this.#inTurn += written;
    if (this.#inTurn < mostInTurn) return;
    this.#inTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
