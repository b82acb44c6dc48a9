import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Logger, ReserveAnswer } from '@ambit/plugin-api';
import { BuildFailure } from '../build/build-failure.ts';
import type { RunWorker } from '../place/run-worker.ts';
import type { LinkListener } from '../place/worker-link.ts';
import type { WorkerStarter } from '../place/worker-starter.ts';
import type { WorkerStops } from '../place/worker-stops.ts';
import type { TaskFault } from '../record/error-document.ts';
import type { ErrorDocument } from '../record/events.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { WorkerLoad } from './worker-load.ts';

export interface WorkerStartsParts {
  readonly starter: WorkerStarter;
  readonly stops: WorkerStops;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly listener: (load: WorkerLoad) => LinkListener;
  readonly onBuildFailed: (document: ErrorDocument) => void;
  /** No worker can be had for what waits. */
  readonly onNone: (pool: EnvironmentPool, fault: TaskFault) => void;
  /** A worker waits for its place. */
  readonly onBlocked: (pool: EnvironmentPool) => void;
}

/** Before another try, after the first, second, … start in a row that failed: a container engine may be restarting. */
const PAUSES_MS = [0, 50, 500, 2_000, 5_000];

type Wait = Extract<ReserveAnswer, { outcome: 'wait' }>;
type Never = Extract<ReserveAnswer, { outcome: 'never' }>;

/** Starts workers, and keeps trying where there is reason to. */
export class WorkerStarts {
  readonly #parts: WorkerStartsParts;
  readonly #running = new Set<Promise<void>>();
  #ring: () => void = () => undefined;
  /** The next time that space is given back. */
  #bell: Promise<void> = this.#newBell();

  constructor(parts: WorkerStartsParts) {
    this.#parts = parts;
  }

  start(pool: EnvironmentPool): void {
    pool.starting += 1;
    const running: Promise<void> = this.#start(pool)
      .catch((error: unknown) => this.#failed(pool, error))
      .catch((error: unknown) => this.#parts.log.debug('Starting workers has ended.', { error: String(error) }))
      .finally(() => {
        pool.starting -= 1;
        this.#running.delete(running);
        pool.executor.pump();
      });
    this.#running.add(running);
  }

  /** Some space was given back. */
  released(): void {
    const ring = this.#ring;
    this.#bell = this.#newBell();
    ring();
  }

  /** Resolves when none is on its way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #start(pool: EnvironmentPool): Promise<void> {
    const { starter, stops, clock, signal, listener } = this.#parts;
    const worker = await this.#reserve(pool);
    if (!worker) return;
    const load = new WorkerLoad(worker, pool);
    try {
      await starter.start(worker, pool.environment, listener(load), signal);
    } catch (error) {
      load.isRetired = true;
      void stops.stop(worker);
      throw error;
    }
    pool.failures = 0;
    load.since = clock.now().getTime();
    if (!load.isRetired) pool.loads.add(load);
  }

  /** Undefined where there is no place now, and nothing waits for one. */
  async #reserve(pool: EnvironmentPool): Promise<RunWorker | undefined> {
    const { starter, clock, signal, onBlocked } = this.#parts;
    for (;;) {
      const answer = await starter.reserve(pool.environment, signal);
      if (!('outcome' in answer)) {
        pool.othersHold = false;
        return answer;
      }
      if (answer.outcome === 'never') return this.#refuse(pool, answer);
      if (pool.queue.size === 0) return undefined;
      pool.blocked += 1;
      pool.blockedBy = answer.reason;
      this.#sayOnce(pool, answer);
      pool.othersHold = answer.othersHold ?? false;
      try {
        const released = this.#bell;
        onBlocked(pool);
        await Promise.race([clock.sleep(answer.retryAfterMs, signal), released]);
      } finally {
        pool.blocked -= 1;
      }
    }
  }

  /** A run that seems to stand still waits for another. */
  #sayOnce(pool: EnvironmentPool, { othersHold, reason }: Wait): void {
    if (othersHold && !pool.othersHold) this.#parts.log.warn(`${pool.name} waits for a place on ${pool.executor.name}: ${reason}.`);
  }

  #newBell(): Promise<void> {
    return new Promise((resolve) => (this.#ring = resolve));
  }

  #refuse(pool: EnvironmentPool, { reason, hint }: Never): undefined {
    const message = `no worker of ${pool.name} will ever have a place on ${pool.executor.name}: ${reason}`;
    pool.refused = { failure: 'resources', code: 'AMBIT_PLACE_NEVER', message, hint };
    this.#parts.onNone(pool, pool.refused);
    return undefined;
  }

  async #failed(pool: EnvironmentPool, error: unknown): Promise<void> {
    const { signal, clock, log, onBuildFailed, onNone } = this.#parts;
    if (signal.aborted) return;
    if (error instanceof BuildFailure) return onBuildFailed(error.document);
    if (AmbitError.is(error) && isForGood(error)) {
      pool.refused = { failure: 'configuration', code: error.code, message: error.message, hint: error.hint };
      return onNone(pool, pool.refused);
    }
    pool.failures += 1;
    const why = error instanceof Error ? error.message : String(error);
    log.warn(`A worker of ${pool.name} could not be started: ${why}`, { failures: pool.failures });
    const pause = PAUSES_MS[pool.failures - 1];
    if (pause !== undefined) return pause > 0 ? clock.sleep(pause, signal) : undefined;
    const message = `no worker of ${pool.name} could be started on ${pool.executor.name} in ${pool.failures} tries: ${why}`;
    const hint = AmbitError.is(error) ? error.hint : undefined;
    pool.failures = 0;
    onNone(pool, { failure: 'infrastructure', code: 'AMBIT_WORKER_NOT_STARTED', message, hint });
  }
}

/** Another try would fail too: somebody has to change something first. */
function isForGood({ code, facts }: AmbitError): boolean {
  return code === 'AMBIT_SECRET_UNAVAILABLE' || facts['failure'] === 'configuration';
}
