import type { RunStore } from '@ambit/plugin-api';
import type { SessionEvent } from '@ambit/worker/protocol';
import type { RunNotice } from './events.ts';
import { WholeLines } from './whole-lines.ts';

type LogMessage = Extract<SessionEvent, { type: 'log' }>;
type Stream = LogMessage['stream'];

export interface AttemptLogsParts {
  readonly runs: RunStore;
  readonly run: string;
  readonly epoch: number;
  readonly notify: (notice: RunNotice) => void;
  readonly onFailed: (error: unknown) => void;
}

/** How much of each stream there is, in bytes from the attempt's start. */
export type StoredLengths = Record<Stream, number>;

interface AttemptLog {
  readonly received: StoredLengths;
  readonly stored: StoredLengths;
  /** Writes under way. */
  writing: number;
  readonly lines: Partial<Record<Stream, WholeLines>>;
}

const streams: readonly Stream[] = ['stdout', 'stderr'];

/** The output of attempts: stored as bytes, shown as lines. What a worker sends again is stored once. */
export class AttemptLogs {
  readonly #parts: AttemptLogsParts;
  readonly #logs = new Map<string, AttemptLog>();
  #writing = 0;
  #idle: (() => void)[] = [];

  constructor(parts: AttemptLogsParts) {
    this.#parts = parts;
  }

  /** `task` is unknown for what comes after the attempt's end; `onStored` is told how much the worker may forget. */
  add(message: LogMessage, task: string | undefined, onStored: (stored: StoredLengths) => void): void {
    const { action, attempt, stream, offset, at } = message;
    const key = `${action}/${attempt}`;
    const log = this.#logs.get(key) ?? newLog();
    this.#logs.set(key, log);
    const data = Buffer.from(message.data, 'base64');
    const fresh = data.subarray(Math.max(0, log.received[stream] - offset));
    if (fresh.length === 0) return onStored({ ...log.stored });
    const end = offset + data.length;
    log.received[stream] = end;
    if (task !== undefined) this.#show({ action, attempt, task, stream }, log, fresh);
    void this.#write(key, log, { stream, end, data: fresh, at: new Date(at) }, onStored);
  }

  /** Shows what of the last lines was held back. */
  over(action: string, attempt: number, task: string): void {
    const log = this.#logs.get(`${action}/${attempt}`);
    for (const stream of streams) {
      const text = log?.lines[stream]?.end() ?? '';
      delete log?.lines[stream];
      if (text !== '') this.#parts.notify({ type: 'attempt.log', data: { action, attempt, task, stream, text } });
    }
  }

  /** Resolves when all that came is stored. */
  settled(): Promise<void> {
    return this.#writing === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #show(
    who: { readonly action: string; readonly attempt: number; readonly task: string; readonly stream: Stream },
    { lines }: AttemptLog,
    data: Uint8Array,
  ): void {
    const text = (lines[who.stream] ??= new WholeLines()).add(data);
    if (text !== '') this.#parts.notify({ type: 'attempt.log', data: { ...who, text } });
  }

  async #write(
    key: string,
    log: AttemptLog,
    { stream, end, data, at }: { readonly stream: Stream; readonly end: number; readonly data: Uint8Array; readonly at: Date },
    onStored: (stored: StoredLengths) => void,
  ): Promise<void> {
    const { runs, run, epoch, onFailed } = this.#parts;
    log.writing += 1;
    this.#writing += 1;
    try {
      await runs.writeLog(run, epoch, key, stream, data, at);
      log.stored[stream] = Math.max(log.stored[stream], end);
      if (log.writing === 1) onStored({ ...log.stored });
    } catch (error) {
      onFailed(error);
    } finally {
      log.writing -= 1;
      this.#writing -= 1;
      if (this.#writing === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }
}

function newLog(): AttemptLog {
  return { received: { stdout: 0, stderr: 0 }, stored: { stdout: 0, stderr: 0 }, writing: 0, lines: {} };
}
