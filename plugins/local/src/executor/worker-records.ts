import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkedWorkerId, workerStateUnusable } from '@ambit/plugin-api';
import type { AmbitError, Reserved, Stopped } from '@ambit/plugin-api';
import { writeOnce, writeWhole } from '../machine/write-file.ts';

/** Processes as they are stored: a type, so that it is JSON. */
export type StoredProcess = { readonly pid: number; readonly startTime: string };

export interface ReservationRecord {
  readonly owner: string;
  readonly run: string;
  readonly since: string;
  /** Bytes that are kept for it; 0 where it asks for none. */
  readonly memory: number;
  readonly answer: Reserved;
}

/** Who took the one start of an id, and what came of it. Written before a process is made, then twice more. */
export interface StartRecord {
  readonly boot: string;
  /** Who starts it; its death with nothing written after it leaves a start whose outcome must be looked for. */
  readonly by: StoredProcess;
  /** Set where a stop took the start, so that nobody else may. */
  readonly refused?: true;
  readonly namespaced: boolean;
  readonly socket: string;
  readonly workDirectory: string;
  /** The outermost process: `unshare`, or the supervisor itself. */
  readonly worker?: StoredProcess;
  /** The first process of the worker's pid namespace; `none` where the outermost process ended before there was one. */
  readonly init?: (StoredProcess & { readonly namespace: string }) | 'none';
  /** Nothing more will be written here. */
  readonly complete: boolean;
}

export type SettledStop = Exclude<Stopped, { stopped: 'no' }>;

/**
 * What this machine's folder of workers says, one folder per id. Each file is written whole, and the start and the stop of
 * an id belong to whoever writes them first, so several engines and an engine after its crash see the same.
 */
export class WorkerRecords {
  readonly #directory: string;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'workers');
  }

  ids(): readonly string[] {
    try {
      return readdirSync(this.#directory);
    } catch (error) {
      if (isMissing(error)) return [];
      throw unusable(this.#directory, error);
    }
  }

  reservation(id: string): ReservationRecord | undefined {
    return this.#read<ReservationRecord>(id, 'reservation');
  }

  start(id: string): StartRecord | undefined {
    return this.#read<StartRecord>(id, 'start');
  }

  stop(id: string): SettledStop | undefined {
    return this.#read<SettledStop>(id, 'stop');
  }

  /** The reservation that counts: this one, or one that was written before. */
  reserve(id: string, record: ReservationRecord): ReservationRecord {
    return this.#once(id, 'reservation', record) ? record : (this.reservation(id) ?? record);
  }

  /** Whether the start is now the caller's. */
  claimStart(id: string, record: StartRecord): boolean {
    return this.#once(id, 'start', record);
  }

  writeStart(id: string, record: StartRecord): void {
    this.#guard(id, () => writeWhole(this.#file(id, 'start'), JSON.stringify(record)));
  }

  /** Gives a claimed start back: no process came of it. */
  unclaimStart(id: string): void {
    rmSync(this.#file(id, 'start'), { force: true });
  }

  /** The stop that counts: this one, or one that was settled before. */
  settleStop(id: string, answer: SettledStop): SettledStop {
    return this.#once(id, 'stop', answer) ? answer : (this.stop(id) ?? answer);
  }

  forget(id: string): void {
    rmSync(join(this.#directory, checkedWorkerId(id)), { recursive: true, force: true });
  }

  #once(id: string, name: string, record: object): boolean {
    return this.#guard(id, () => {
      mkdirSync(join(this.#directory, id), { recursive: true, mode: 0o700 });
      return writeOnce(this.#file(id, name), JSON.stringify(record));
    });
  }

  #read<T>(id: string, name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(id, name), 'utf8')) as T;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unusable(this.#file(id, name), error);
    }
  }

  #guard<T>(id: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unusable(join(this.#directory, id), error);
    }
  }

  #file(id: string, name: string): string {
    return join(this.#directory, checkedWorkerId(id), `${name}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unusable(path: string, cause: unknown): AmbitError {
  return workerStateUnusable(path, (cause as Error).message, cause);
}
