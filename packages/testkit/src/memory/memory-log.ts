import type { WorkerSend } from '@ambit/worker/protocol';

type Log = Extract<WorkerSend, { type: 'log' }>;

/** The output of one attempt, as far as no engine has stored it. */
export class MemoryLog {
  readonly #attempt: { readonly action: string; readonly attempt: number };
  readonly #say: (message: WorkerSend) => void;
  readonly #ends = { stdout: 0, stderr: 0 };
  #kept: { readonly message: Log; readonly end: number }[] = [];

  constructor(attempt: { readonly action: string; readonly attempt: number }, say: (message: WorkerSend) => void) {
    this.#attempt = attempt;
    this.#say = say;
  }

  write(text: string, stream: 'stdout' | 'stderr', at: Date): void {
    const data = Buffer.from(text);
    if (data.length === 0) return;
    const offset = this.#ends[stream];
    const end = (this.#ends[stream] += data.length);
    const message: Log = { type: 'log', ...this.#attempt, stream, offset, at: at.toISOString(), data: data.toString('base64') };
    this.#kept.push({ message, end });
    this.#say(message);
  }

  forget(stored: { readonly stdout: number; readonly stderr: number }): void {
    this.#kept = this.#kept.filter(({ message, end }) => end > stored[message.stream]);
  }

  tellAgain(): void {
    for (const { message } of this.#kept) this.#say(message);
  }
}
