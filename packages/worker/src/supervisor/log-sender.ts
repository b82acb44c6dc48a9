import { AttemptLog } from './attempt-log.ts';
import type { OutputMemory } from './attempt-log.ts';
import type { EngineLink } from './engine-link.ts';
import { SpoolFiles } from './spool-file.ts';

/** What may wait to be sent before a slow engine is waited for. */
const highWater = 512 * 1024;

/** The logs of all attempts that are not wholly with an engine, and their way there. */
export class LogSender {
  readonly #files: SpoolFiles;
  readonly #link: EngineLink;
  readonly #limit: number;
  readonly #logs = new Map<string, AttemptLog>();
  readonly #memory: OutputMemory = { free: 4 * 2 ** 20 };
  /** Those with something to send. */
  readonly #waiting = new Set<AttemptLog>();
  #isScheduled = false;
  #sending: Promise<void> | undefined;

  constructor(directory: string, link: EngineLink, limit: number) {
    this.#files = new SpoolFiles(directory);
    this.#link = link;
    this.#limit = limit;
  }

  /** Nothing of any log is still to be sent. */
  get isSent(): boolean {
    return this.#waiting.size === 0;
  }

  open(action: string, attempt: number): AttemptLog {
    const parts = { files: this.#files, memory: this.#memory, limit: this.#limit };
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
    while (this.#waiting.has(log) && this.#link.session) await this.#pump();
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
      void this.#pump();
    });
  }

  #pump(): Promise<void> {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #send(): Promise<void> {
    for (const log of this.#waiting) {
      for (let session = this.#link.session; session && !log.isSent; session = this.#link.session) {
        if (session.buffered > highWater) await session.drained();
        else this.#sendNext(log);
      }
      if (!this.#link.session) break;
      this.#waiting.delete(log);
    }
  }

  #sendNext(log: AttemptLog): void {
    const message = log.next();
    if (message) this.#link.send(message);
  }
}

function keyOf(action: string, attempt: number): string {
  return `${attempt} ${action}`;
}
