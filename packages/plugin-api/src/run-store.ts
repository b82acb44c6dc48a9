import type { Json } from './json.ts';

/** One fact of a run. `seq` starts at 1 and has no gap; `at` is ISO 8601 in UTC. */
export interface RunEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly data: Json;
}
export type NewRunEvent = Omit<RunEvent, 'seq'>;

export interface RunSummary {
  readonly run: string;
  readonly task: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly holder?: string;
}

export interface RunFilter {
  readonly status?: string;
  readonly task?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly prefix?: string;
  readonly limit?: number;
  /** Runs that started before this time, ISO 8601. */
  readonly before?: string;
}

export interface LogChunk {
  readonly attempt: string;
  readonly stream: 'stdout' | 'stderr';
  readonly at: string;
  readonly data: Uint8Array;
}

/**
 * The durable record of runs. One writer per run (the owner of its lease), any number of readers. What is appended is there
 * after `kill -9` of the writer; after a power loss the last moments may be missing, never a gap.
 */
export interface RunStore {
  /** Id of this store: the owner of everything that its runs start. Known without I/O once `open` has resolved. */
  readonly owner: string;
  /** Opens the store. Idempotent; every other call waits for it. */
  open(): Promise<void>;
  /**
   * Takes the lease of a run, or says who holds it. With `create`, the run is made if it is not there, and `create` is its
   * summary's data: `task`, `tags`, `startedAt`. A lease that has expired may be taken by anyone, with a higher epoch.
   */
  acquire(
    run: string,
    options: { holder: string; ttlMs: number; create?: Json },
    signal: AbortSignal,
  ): Promise<{ epoch: number } | { heldBy: string; until: string }>;
  /** Moves the lease's end. A stale epoch is refused with `AMBIT_RUN_NOT_OWNER`. */
  renew(run: string, epoch: number): Promise<void>;
  /** All or nothing, in order. A stale epoch is refused with `AMBIT_RUN_NOT_OWNER`. Resolves when durable, with the last seq. */
  append(run: string, epoch: number, events: readonly NewRunEvent[]): Promise<{ seq: number }>;
  /** Gives the lease back. Idempotent. */
  release(run: string, epoch: number): Promise<void>;
  /** The events from `from` (1 where left out) to the present, in order. A run that is not there: `AMBIT_RUN_UNKNOWN`. */
  read(run: string, options: { from?: number; action?: string; types?: readonly string[] }, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** As `read`, and then what comes. Ends after `run.ended`, or by abort. */
  follow(run: string, from: number, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Newest first. `status` is the status of `run.ended`, else `running`, or `interrupted` where the lease has expired. */
  list(filter: RunFilter, signal: AbortSignal): AsyncIterable<RunSummary>;
  /** From whoever does not own the run: cancel it, answer it. The owner follows them; they are events of the run once taken. */
  request(
    run: string,
    request: { type: 'cancel'; reason: string; by: string } | { type: 'signal'; name: string; value: Json },
  ): Promise<void>;
  requests(run: string, epoch: number, signal: AbortSignal): AsyncIterable<{ id: string; type: string; data: Json }>;
  /** Logs are bytes, not events: per attempt and stream, appended by the owner. Resolves when durable. */
  writeLog(run: string, epoch: number, attempt: string, stream: 'stdout' | 'stderr', data: Uint8Array, at: Date): Promise<void>;
  /** In the order written, over attempts too. With `follow`, until the run has ended. */
  readLog(run: string, options: { attempt?: string; follow?: boolean }, signal: AbortSignal): AsyncIterable<LogChunk>;
  delete(run: string, signal: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}
