import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AmbitError, checkedWorkerId, workerStateUnusable } from '@ambit/plugin-api';
import type { Reserved, Stopped } from '@ambit/plugin-api';

export type SettledStop = Exclude<Stopped, { stopped: 'no' }>;

export interface ReservationRecord {
  readonly owner: string;
  readonly run: string;
  readonly since: string;
  /** Bytes that are kept for it. */
  readonly memory: number;
  readonly answer: Reserved;
}

/** What is written of a worker, each once and whole. What the engine knows of its container is not written here. */
interface Files {
  readonly reservation: ReservationRecord;
  /** Its container ran. */
  readonly started: { readonly container: string };
  /** Somebody wants it ended: nobody starts it from now on. */
  readonly stopping: { readonly at: string };
  readonly stop: SettledStop;
}

/** A folder per worker. Who writes a file first has it, so that several engines, and an engine after its crash, see the same. */
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

  read<Name extends keyof Files>(id: string, name: Name): Files[Name] | undefined {
    const path = this.#path(id, name);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Files[Name];
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unusable(path, error);
    }
  }

  /** What counts: this, or what was written before. */
  settle<Name extends keyof Files>(id: string, name: Name, content: Files[Name]): Files[Name] {
    const path = this.#path(id, name);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return writeOnce(path, JSON.stringify(content)) ? content : (this.read(id, name) ?? content);
    } catch (error) {
      throw unusable(path, error);
    }
  }

  forget(id: string): void {
    rmSync(join(this.#directory, checkedWorkerId(id)), { recursive: true, force: true });
  }

  #path(id: string, name: keyof Files): string {
    return join(this.#directory, checkedWorkerId(id), `${name}.json`);
  }
}

/** A link comes to be whole, and only where there is nothing of its name. */
function writeOnce(path: string, text: string): boolean {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(aside, text, { mode: 0o600 });
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unusable(path: string, cause: unknown): AmbitError {
  return AmbitError.is(cause) ? cause : workerStateUnusable(path, (cause as Error).message, cause);
}
