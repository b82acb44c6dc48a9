import type { EngineSession } from '../protocol/worker-end.ts';
import { AttemptLog } from './attempt-log.ts';
import type { OutputMemory } from './attempt-log.ts';
import type { EngineLink } from './engine-link.ts';
import { SpoolFiles } from './spool-file.ts';

/** What may wait to be sent before a slow engine is waited for. */
const highWater = 512 * 1024;

export interface LogSenderParts {
  readonly directory: string;
  readonly link: EngineLink;
  /** Bytes of output that are kept of an attempt. */
  readonly limit: number;
  /** Nothing waits to be sent, or nobody is there to send it to. */
  readonly onSent: () => void;
}

/** The logs of all attempts that are not wholly with an engine, and their way there. */
export class LogSender {
  readonly #parts: LogSenderParts;
  readonly #files: SpoolFiles;
  readonly #logs = new Map<string, AttemptLog>();
  readonly #memory: OutputMemory = { free: 4 * 2 ** 20 };
  /** Those with something to send. */
  readonly #waiting = new Set<AttemptLog>();
  #isScheduled = false;
  #isSending = false;
  #onProgress: (() => void)[] = [];

  constructor(parts: LogSenderParts) {
    this.#parts = parts;
    this.#files = new SpoolFiles(parts.directory);
  }

  /** Nothing of any log is still to be sent. */
  get isSent(): boolean {
    return this.#waiting.size === 0;
  }

  open(action: string, attempt: number): AttemptLog {
    const parts = { files: this.#files, memory: this.#memory, limit: this.#parts.limit };
    return new AttemptLog({ action, attempt, ...parts, onMore: (log) => this.#more(log) });
  }

  store(action: string, attempt: number, stored: { readonly stdout: number; readonly stderr: number }): void {
    const key = keyOf(action, attempt);
    const log = this.#logs.get(key);
    log?.store(stored);
    if (!log?.isOver) return;
    log.remove();
    this.#logs.delete(key);
  }

  /** The attempt has ended. */
  finish(log: AttemptLog): void {
    log.finish();
    if (!log.isOver) return;
    log.remove();
    this.#logs.delete(keyOf(log.action, log.attempt));
  }

  /** Another engine is there. */
  rewind(): void {
    this.#waiting.clear();
    for (const log of this.#logs.values()) {
      log.rewind();
      if (!log.isSent) this.#waiting.add(log);
    }
    this.#schedule();
  }

  /** Resolves when all of this log so far has been sent, or nobody is there to send it to. */
  async flush(log: AttemptLog): Promise<void> {
    const { serial } = log;
    while (this.#parts.link.session && !log.isSentUpTo(serial)) {
      const progress = new Promise<void>((resolve) => this.#onProgress.push(resolve));
      if (!this.#isSending) void this.#send();
      await progress;
    }
  }

  #more(log: AttemptLog): void {
    this.#logs.set(keyOf(log.action, log.attempt), log);
    this.#waiting.add(log);
    this.#schedule();
  }

  /** Once per turn of the event loop, so that many writes make one message. */
  #schedule(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isSending) void this.#send();
    });
  }

  /** As much of each in turn as the connection takes. */
  async #send(): Promise<void> {
    this.#isSending = true;
    for (let [log] = this.#waiting; log && this.#parts.link.session; [log] = this.#waiting) {
      await this.#sendSome(log, this.#parts.link.session);
      this.#progressed();
    }
    this.#isSending = false;
    this.#progressed();
    this.#parts.onSent();
  }

  async #sendSome(log: AttemptLog, session: EngineSession): Promise<void> {
    this.#waiting.delete(log);
    while (!log.isSent && session.buffered <= highWater) {
      const message = log.next();
      if (message) session.send(message);
    }
    if (log.isSent) return;
    this.#waiting.add(log);
    await session.drained();
  }

  #progressed(): void {
    for (const resolve of this.#onProgress.splice(0)) resolve();
  }
}

function keyOf(action: string, attempt: number): string {
  return `${attempt} ${action}`;
}
