import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AmbitError, definePlugin } from '@ambit/plugin-api';
import type {
  Clock,
  Json,
  LogChunk,
  Logger,
  NewRunEvent,
  Plugin,
  PluginHost,
  RunEvent,
  RunFilter,
  RunStore,
  RunSummary,
} from '@ambit/plugin-api';
import { Changes } from './changes.ts';
import { openDirectory } from './run-directory.ts';
import { badRunName, runError } from './run-errors.ts';
import * as sql from './run-file.ts';
import type { RunRow } from './run-file.ts';
import { listRuns, selectRuns, summaryOf } from './run-list.ts';
import { SqliteThread } from './sqlite-thread.ts';
import type { Statement, StatementResult, ThreadRequest } from './sqlite-thread.ts';

export interface SqliteRunsOptions {
  /** The folder with one file per run, `RUN.db`. `runs` in the instance's own folder where left out. */
  readonly directory?: string;
}

type RunsHost = Pick<PluginHost, 'stateDirectory' | 'clock' | 'log'>;

/** Runs are recorded in files of SQLite, one per run: it can be copied, sent and deleted. */
export function sqliteRuns(options: SqliteRunsOptions = {}): Plugin & { readonly runs: (host: RunsHost) => RunStore } {
  return definePlugin({
    type: 'sqlite',
    apiVersion: 1,
    runs: (host: RunsHost): RunStore => new SqliteRuns(resolve(options.directory ?? join(host.stateDirectory, 'runs')), host),
  });
}

const PAGE = 1000;
const LOG_PAGE = 100;
const nameOfRun = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,99}$/u;

class SqliteRuns implements RunStore {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #thread = new SqliteThread(sql.RUN_FILE_SCHEMA, sql.RUN_FILE_VERSION);
  readonly #changes = new Changes();
  #opened: Promise<string> | undefined;
  #owner: string | undefined;

  constructor(directory: string, host: RunsHost) {
    this.#directory = directory;
    this.#clock = host.clock;
    this.#log = host.log;
  }

  get owner(): string {
    if (this.#owner !== undefined) return this.#owner;
    throw new AmbitError('AMBIT_INTERNAL', 'The owner of a run store was asked for before the store was open.', {
      hint: 'Report this as a bug.',
    });
  }

  async open(): Promise<void> {
    this.#thread.start();
    this.#owner = await (this.#opened ??= openDirectory(this.#directory));
  }

  async acquire(
    run: string,
    options: { holder: string; ttlMs: number; create?: Json },
    signal: AbortSignal,
  ): Promise<{ epoch: number } | { heldBy: string; until: string }> {
    signal.throwIfAborted();
    const { holder, ttlMs, create } = options;
    const insert = create === undefined ? [] : [sql.insertRun(this.#created(create))];
    const statements = [...insert, sql.takeLease(holder, ttlMs, this.#now()), sql.selectRun];
    const results = await this.#ask('write', run, statements, create !== undefined);
    const row = results.at(-1)?.rows?.[0] as unknown as RunRow;
    if (results.at(-2)?.changes === 1) return { epoch: row.epoch };
    return { heldBy: row.holder ?? '', until: new Date(row.lease_end).toISOString() };
  }

  async renew(run: string, epoch: number): Promise<void> {
    await this.#ask('write', run, [sql.renewLease(epoch, this.#now())]);
  }

  async append(run: string, epoch: number, events: readonly NewRunEvent[]): Promise<{ seq: number }> {
    const [, inserted] = await this.#ask('write', run, [sql.guard(epoch), ...sql.insertEvents(events)]);
    this.#changes.announce(run);
    return { seq: inserted?.last ?? (inserted?.rows?.[0]?.['seq'] as number) };
  }

  async release(run: string, epoch: number): Promise<void> {
    await this.#ask('write', run, [sql.releaseLease(epoch)]);
    await this.#ask('close', run, []);
  }

  async *read(
    run: string,
    options: { from?: number; action?: string; types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<RunEvent> {
    for (let from = options.from ?? 1; ;) {
      signal.throwIfAborted();
      const [result] = await this.#ask('read', run, [sql.selectEvents({ ...options, from, limit: PAGE })]);
      const events = (result?.rows ?? []).map(sql.eventOf);
      yield* events;
      if (events.length < PAGE) return;
      from = (events.at(-1)?.seq ?? from) + 1;
    }
  }

  async *follow(run: string, from: number, signal: AbortSignal): AsyncIterable<RunEvent> {
    for (let next = from; !signal.aborted;) {
      const ticket = this.#changes.ticket(run);
      const [row, page] = await this.#ask('read', run, [sql.selectRun, sql.selectEvents({ from: next, limit: PAGE })]);
      const events = (page?.rows ?? []).map(sql.eventOf);
      for (const event of events) {
        next = event.seq + 1;
        yield event;
        if (event.type === 'run.ended' || signal.aborted) return;
      }
      if (events.length === 0 && hasEnded(row)) return;
      if (events.length < PAGE) await this.#changes.wait(run, ticket, signal);
    }
  }

  async *list(filter: RunFilter, signal: AbortSignal): AsyncIterable<RunSummary> {
    await this.open();
    const { prefix = '' } = filter;
    const runs = await listRuns(this.#directory, prefix, (run) => this.#look(run, prefix));
    for (const summary of selectRuns(runs, filter)) {
      signal.throwIfAborted();
      yield summary;
    }
  }

  async request(run: string, request: Parameters<RunStore['request']>[1]): Promise<void> {
    const { type, ...data } = request;
    await this.#ask('write', run, [sql.insertRequest(type, data)]);
    this.#changes.announce(requestsOf(run));
  }

  async *requests(run: string, epoch: number, signal: AbortSignal): AsyncIterable<{ id: string; type: string; data: Json }> {
    while (!signal.aborted) {
      const ticket = this.#changes.ticket(requestsOf(run));
      const [, found] = await this.#ask('read', run, [sql.guard(epoch), sql.selectRequests]);
      for (const { id, type, data } of found?.rows ?? []) {
        yield { id: String(id), type: type as string, data: JSON.parse(data as string) as Json };
        await this.#ask('write', run, [sql.guard(epoch), sql.deleteRequest(id as number)]);
        if (signal.aborted) return;
      }
      await this.#changes.wait(requestsOf(run), ticket, signal);
    }
  }

  async writeLog(run: string, epoch: number, attempt: string, stream: 'stdout' | 'stderr', data: Uint8Array, at: Date): Promise<void> {
    await this.#ask('write', run, [sql.guard(epoch), sql.insertLog({ attempt, stream, at: at.toISOString(), data })]);
    this.#changes.announce(run);
  }

  async *readLog(run: string, options: { attempt?: string; follow?: boolean }, signal: AbortSignal): AsyncIterable<LogChunk> {
    for (let after = 0; ;) {
      if (options.follow && signal.aborted) return;
      signal.throwIfAborted();
      const ticket = this.#changes.ticket(run);
      const [row, page] = await this.#ask('read', run, [sql.selectRun, sql.selectLogs(after, options.attempt, LOG_PAGE)]);
      const chunks = page?.rows ?? [];
      for (const { id, ...chunk } of chunks) {
        after = id as number;
        yield chunk as unknown as LogChunk;
      }
      if (chunks.length === LOG_PAGE) continue;
      if (!options.follow || hasEnded(row)) return;
      await this.#changes.wait(run, ticket, signal);
    }
  }

  async delete(run: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#ask('read', run, [sql.selectRun]);
    await this.#ask('close', run, []);
    const file = this.#file(run);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) await rm(path, { force: true });
    this.#changes.announce(run);
  }

  async dispose(): Promise<void> {
    await this.#thread.end();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #file(run: string): string {
    if (!nameOfRun.test(run)) throw badRunName(run);
    return join(this.#directory, `${run}.db`);
  }

  #created(data: Json): { task: string; tags: object; startedAt: string } {
    const defaults = { task: '', tags: {}, startedAt: this.#clock.now().toISOString() };
    return { ...defaults, ...(data as Partial<typeof defaults>) };
  }

  async #ask(
    kind: ThreadRequest['kind'],
    run: string,
    statements: readonly Statement[],
    create = false,
  ): Promise<readonly StatementResult[]> {
    const file = this.#file(run);
    if (this.#owner === undefined) await this.open();
    try {
      return await this.#thread.request(kind, file, statements, create);
    } catch (fault) {
      throw runError(fault, run, file);
    }
  }

  /** A run that cannot be read is left out, and told of where all are asked for: who names it will read it, and hear why. */
  async #look(run: string, prefix: string): Promise<RunSummary | undefined> {
    try {
      const [result] = await this.#ask('read', run, [sql.selectRun]);
      return summaryOf(run, result?.rows?.[0] as unknown as RunRow, this.#now());
    } catch (error) {
      if (!AmbitError.is(error)) throw error;
      if (error.code !== 'AMBIT_RUN_UNKNOWN' && prefix === '')
        this.#log.warn(error.message, { code: error.code, hint: error.hint, ...error.facts });
      return undefined;
    }
  }
}

/** The owner of a run need not look for requests whenever it has written something itself. */
function requestsOf(run: string): string {
  return `${run} requests`;
}

function hasEnded(result: StatementResult | undefined): boolean {
  return (result?.rows?.[0] as unknown as RunRow | undefined)?.status != null;
}
