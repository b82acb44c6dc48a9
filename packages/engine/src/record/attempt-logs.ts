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
  /** Not known at once of what comes after the attempt's end. */
  task: string | undefined;
  /** Resolves when it is. */
  looking: Promise<void> | undefined;
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

  /** `task` need not be known for what comes after the attempt's end; `onStored` is told how much the worker may forget. */
  add(message: LogMessage, task: string | undefined, onStored: (stored: StoredLengths) => void): void {
    const { action, attempt, stream, offset, at } = message;
    const key = `${action}/${attempt}`;
    const log = this.#logs.get(key) ?? newLog();
    log.task ??= task;
    this.#logs.set(key, log);
    const data = Buffer.from(message.data, 'base64');
    const fresh = data.subarray(Math.max(0, log.received[stream] - offset));
    if (fresh.length === 0) return onStored({ ...log.stored });
    const end = offset + data.length;
    log.received[stream] = end;
    if (log.task !== undefined) this.#show({ action, attempt, stream }, log, fresh);
    else void (log.looking ??= this.#look(action, log)).then(() => this.#show({ action, attempt, stream }, log, fresh));
    void this.#write(key, log, { stream, end, data: fresh, at: new Date(at) }, onStored);
  }

  /** Shows what of the last lines was held back. */
  over(action: string, attempt: number): void {
    this.#showRest(`${action}/${attempt}`);
  }

  /** The same of all attempts: what came after their ends may have no line end. */
  allOver(): void {
    for (const key of this.#logs.keys()) this.#showRest(key);
  }

  /** Resolves when all that came is stored. */
  settled(): Promise<void> {
    return this.#writing === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #showRest(key: string): void {
    const log = this.#logs.get(key);
    const at = key.lastIndexOf('/');
    for (const stream of streams) {
      const text = log?.lines[stream]?.end() ?? '';
      delete log?.lines[stream];
      const of = { action: key.slice(0, at), attempt: Number(key.slice(at + 1)), task: log?.task ?? '' };
      if (text !== '') this.#parts.notify({ type: 'attempt.log', data: { ...of, stream, text } });
    }
  }

  /** The task of an action that nothing is known of any more, from the record. */
  async #look(action: string, log: AttemptLog): Promise<void> {
    const { runs, run, onFailed } = this.#parts;
    this.#begin();
    try {
      const signal = new AbortController().signal;
      for await (const { data } of runs.read(run, { action, types: ['action.created'] }, signal))
        log.task = (data as { task?: string }).task;
    } catch (error) {
      onFailed(error);
    }
    // After those that wait for it.
    setImmediate(() => this.#end());
  }

  #begin(): void {
    this.#writing += 1;
  }

  #end(): void {
    this.#writing -= 1;
    if (this.#writing === 0) for (const wake of this.#idle.splice(0)) wake();
  }

  #show(
    who: { readonly action: string; readonly attempt: number; readonly stream: Stream },
    { lines, task = '' }: AttemptLog,
    data: Uint8Array,
  ): void {
    const text = (lines[who.stream] ??= new WholeLines()).add(data);
    if (text !== '') this.#parts.notify({ type: 'attempt.log', data: { ...who, task, text } });
  }

  async #write(
    key: string,
    log: AttemptLog,
    { stream, end, data, at }: { readonly stream: Stream; readonly end: number; readonly data: Uint8Array; readonly at: Date },
    onStored: (stored: StoredLengths) => void,
  ): Promise<void> {
    const { runs, run, epoch, onFailed } = this.#parts;
    log.writing += 1;
    this.#begin();
    try {
      await runs.writeLog(run, epoch, key, stream, data, at);
      log.stored[stream] = Math.max(log.stored[stream], end);
      if (log.writing === 1) onStored({ ...log.stored });
    } catch (error) {
      onFailed(error);
    } finally {
      log.writing -= 1;
      this.#end();
    }
  }
}

function newLog(): AttemptLog {
  return {
    received: { stdout: 0, stderr: 0 },
    stored: { stdout: 0, stderr: 0 },
    writing: 0,
    lines: {},
    task: undefined,
    looking: undefined,
  };
}
