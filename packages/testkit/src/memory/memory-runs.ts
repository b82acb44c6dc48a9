import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Json, LogChunk, NewRunEvent, RunEvent, RunFilter, RunStore, RunSummary } from '@ambit/plugin-api';
import { wallClock } from '../fakes/test-clock.ts';
import { Bell, orAborted } from './bell.ts';
import { StoredRun } from './stored-run.ts';
import type { StoredRequest } from './stored-run.ts';

/** What the handles of one in-memory run store share: as a folder on disk is to others. */
export interface MemoryRunGround {
  readonly owner: string;
  readonly runs: Map<string, StoredRun>;
  readonly bell: Bell;
}

export function memoryRunGround(owner = 'memory'): MemoryRunGround {
  return { owner, runs: new Map(), bell: new Bell() };
}

/** The reference run store. Handles over one ground see each other's runs. */
export function memoryRuns(options: { readonly ground?: MemoryRunGround; readonly clock?: Clock } = {}): RunStore {
  return new MemoryRuns(options.ground ?? memoryRunGround(), options.clock ?? wallClock());
}

class MemoryRuns implements RunStore {
  readonly owner: string;
  readonly #ground: MemoryRunGround;
  readonly #clock: Clock;

  constructor(ground: MemoryRunGround, clock: Clock) {
    this.owner = ground.owner;
    this.#ground = ground;
    this.#clock = clock;
  }

  async open(): Promise<void> {}

  async acquire(
    name: string,
    options: { holder: string; ttlMs: number; create?: Json },
    signal: AbortSignal,
  ): Promise<{ epoch: number } | { heldBy: string; until: string }> {
    signal.throwIfAborted();
    if (options.create !== undefined && !this.#ground.runs.has(name)) this.#ground.runs.set(name, new StoredRun(name, options.create));
    const run = this.#run(name);
    const { holder, until, epoch } = run.lease;
    if (holder !== undefined && until > this.#now()) return { heldBy: holder, until: new Date(until).toISOString() };
    run.lease = { epoch: epoch + 1, holder: options.holder, ttlMs: options.ttlMs, until: this.#now() + options.ttlMs };
    this.#ground.bell.ring();
    return { epoch: epoch + 1 };
  }

  async renew(name: string, epoch: number): Promise<void> {
    const run = this.#owned(name, epoch);
    run.lease = { ...run.lease, until: this.#now() + run.lease.ttlMs };
  }

  async append(name: string, epoch: number, events: readonly NewRunEvent[]): Promise<{ seq: number }> {
    const seq = this.#owned(name, epoch).append(events);
    this.#ground.bell.ring();
    return { seq };
  }

  async release(name: string, epoch: number): Promise<void> {
    const run = this.#run(name);
    if (!run.owns(epoch)) return;
    run.lease = { epoch, ttlMs: 0, until: 0 };
    this.#ground.bell.ring();
  }

  async *read(
    name: string,
    options: { from?: number; action?: string; types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<RunEvent> {
    const { from = 1, action, types } = options;
    for (const event of this.#run(name).events.slice(Math.max(from, 1) - 1)) {
      signal.throwIfAborted();
      if (types && !types.includes(event.type)) continue;
      if (action !== undefined && (event.data as { action?: string } | null)?.action !== action) continue;
      yield event;
    }
  }

  async *follow(name: string, from: number, signal: AbortSignal): AsyncIterable<RunEvent> {
    for (let next = Math.max(from, 1); !signal.aborted;) {
      const { next: change } = this.#ground.bell;
      const run = this.#run(name);
      for (const event of run.events.slice(next - 1)) {
        next = event.seq + 1;
        yield event;
        if (event.type === 'run.ended' || signal.aborted) return;
      }
      if (run.ended && next > run.events.length) return;
      if (next > run.events.length) await orAborted(change, signal);
    }
  }

  async *list(filter: RunFilter, signal: AbortSignal): AsyncIterable<RunSummary> {
    const runs = [...this.#ground.runs.values()]
      .filter((run) => fits(run, filter))
      .sort((a, b) => (a.startedAt === b.startedAt ? a.name.localeCompare(b.name) : a.startedAt < b.startedAt ? 1 : -1));
    const summaries = runs
      .map((run) => run.summary(this.#now()))
      .filter((each) => filter.status === undefined || each.status === filter.status);
    for (const summary of summaries.slice(0, filter.limit)) {
      signal.throwIfAborted();
      yield summary;
    }
  }

  async request(name: string, request: Parameters<RunStore['request']>[1]): Promise<void> {
    const { type, ...data } = request;
    this.#run(name).request(type, data);
    this.#ground.bell.ring();
  }

  async *requests(name: string, epoch: number, signal: AbortSignal): AsyncIterable<StoredRequest> {
    while (!signal.aborted) {
      const { next: change } = this.#ground.bell;
      const run = this.#owned(name, epoch);
      const request = run.requests[0];
      if (!request) {
        await orAborted(change, signal);
        continue;
      }
      yield request;
      run.requests.splice(run.requests.indexOf(request), 1);
    }
  }

  async writeLog(name: string, epoch: number, attempt: string, stream: 'stdout' | 'stderr', data: Uint8Array, at: Date): Promise<void> {
    this.#owned(name, epoch).logs.push({ attempt, stream, at: at.toISOString(), data: new Uint8Array(data) });
    this.#ground.bell.ring();
  }

  async *readLog(name: string, options: { attempt?: string; follow?: boolean }, signal: AbortSignal): AsyncIterable<LogChunk> {
    for (let next = 0; ;) {
      const { next: change } = this.#ground.bell;
      const run = this.#run(name);
      const ended = run.ended !== undefined;
      for (const chunk of run.logs.slice(next)) {
        next += 1;
        if (signal.aborted && options.follow) return;
        signal.throwIfAborted();
        if (options.attempt === undefined || chunk.attempt === options.attempt) yield chunk;
      }
      if (!options.follow || ended || signal.aborted) return;
      await orAborted(change, signal);
    }
  }

  async delete(name: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#run(name);
    this.#ground.runs.delete(name);
    this.#ground.bell.ring();
  }

  async dispose(): Promise<void> {}

  #now(): number {
    return this.#clock.now().getTime();
  }

  #run(name: string): StoredRun {
    const run = this.#ground.runs.get(name);
    if (run) return run;
    throw new AmbitError('AMBIT_RUN_UNKNOWN', `There is no run ${name} in memory.`, {
      hint: 'List the runs to see their names.',
      facts: { run: name },
    });
  }

  #owned(name: string, epoch: number): StoredRun {
    const run = this.#run(name);
    if (run.owns(epoch)) return run;
    const { holder, epoch: current } = run.lease;
    throw new AmbitError('AMBIT_RUN_NOT_OWNER', `The run ${name} is not this engine's any more: its lease of epoch ${epoch} has ended.`, {
      hint: 'Stop driving the run: another engine may have taken it over.',
      facts: { run: name, epoch, current, holder: holder ?? null },
    });
  }
}

function fits(run: StoredRun, filter: RunFilter): boolean {
  return (
    (filter.task === undefined || run.task === filter.task) &&
    (filter.prefix === undefined || run.name.startsWith(filter.prefix)) &&
    (filter.before === undefined || run.startedAt < filter.before) &&
    Object.entries(filter.tags ?? {}).every(([name, value]) => run.tags[name] === value)
  );
}
