import { mkdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AmbitError, definePlugin } from '@ambit/plugin-api';
import type { Clock, LeaseAnswer, LeaseOptions, Plugin, PluginHost, SharedState } from '@ambit/plugin-api';
import { networkFileSystem } from './run-directory.ts';
import * as sql from './shared-file.ts';
import type { LeaseRow } from './shared-file.ts';
import { SqliteThread, ThreadFault } from './sqlite-thread.ts';
import type { FaultKind, Statement, StatementResult } from './sqlite-thread.ts';

export interface SqliteSharedOptions {
  /** The file. `machine.db` in the instance's own folder where left out. */
  readonly file?: string;
}

/** What engines of this user share on this machine, in one file of SQLite. */
export function sqliteShared(options: SqliteSharedOptions = {}): Plugin & Required<Pick<Plugin, 'shared'>> {
  return definePlugin({
    type: 'sqlite-shared',
    apiVersion: 1,
    shared: (host: Pick<PluginHost, 'stateDirectory' | 'clock'>): SharedState =>
      new SqliteShared(resolve(options.file ?? join(host.stateDirectory, 'machine.db')), host.clock),
  });
}

/** Nothing is opened, and no thread started, before somebody leases. */
class SqliteShared implements SharedState {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #thread = new SqliteThread(sql.SHARED_FILE_SCHEMA, sql.SHARED_FILE_VERSION);
  #opened: Promise<void> | undefined;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  async lease(name: string, options: LeaseOptions): Promise<LeaseAnswer> {
    const results = await this.#ask(sql.takeUnits(name, options, this.#now()));
    const [lease] = (results.at(-2)?.rows ?? []) as unknown as readonly LeaseRow[];
    if (!lease) return { granted: false, free: results.at(-1)?.rows?.[0]?.['free'] as number };
    return { granted: true, ...(lease.ids === null ? {} : { ids: JSON.parse(lease.ids) as readonly string[] }) };
  }

  async renew(holder: string): Promise<void> {
    await this.#ask([sql.renewUnits(holder, this.#now())]);
  }

  async unlease(name: string, holder: string): Promise<void> {
    await this.#ask([sql.giveUnitsBack(name, holder)]);
  }

  async dispose(): Promise<void> {
    await this.#thread.end();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  async #ask(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    try {
      await (this.#opened ??= makeFolder(dirname(this.#file)));
      return await this.#thread.request('write', this.#file, statements, true);
    } catch (error) {
      this.#opened = undefined;
      throw unusable(this.#file, error);
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const network = networkFileSystem((await statfs(folder)).type);
  if (network) throw new ThreadFault('failed', `it is on a network file system (${network}), where locks do not hold`);
}

/** Another try would meet the same. */
const lasting: ReadonlySet<FaultKind> = new Set(['newer', 'damaged', 'denied']);

function unusable(file: string, cause: unknown): AmbitError {
  const kind = cause instanceof ThreadFault ? cause.kind : undefined;
  return new AmbitError('AMBIT_STATE_UNUSABLE', `What engines share in ${file} cannot be used: ${(cause as Error).message}.`, {
    hint:
      kind === 'newer'
        ? 'Update Ambit, or name another folder with AMBIT_MACHINE_STATE.'
        : 'Check the owner and the space of this folder, or name another on a disk of this machine with AMBIT_MACHINE_STATE.',
    facts: { file, ...(kind && lasting.has(kind) && { failure: 'configuration' }) },
    cause,
  });
}
