import type { AttemptReport } from '@ambit/worker/protocol';
import type { RunWorker } from '../place/run-worker.ts';
import type { Attempt } from './attempt.ts';
import type { EnvironmentPool } from './environment-pool.ts';

/** A worker that is connected, and what it was given. */
export class WorkerLoad {
  readonly worker: RunWorker;
  readonly pool: EnvironmentPool;
  /** In the order of hand-over: the first runs, the others wait behind it. */
  readonly attempts: Attempt[] = [];
  /** What it said of ends after a connection broke, until what was written before them has come too. */
  readonly reports: AttemptReport[] = [];
  /** It gets nothing more. */
  isRetired = false;
  /** When the attempt that runs may have begun. */
  since = 0;
  /** Whether its CPU is counted now. */
  holdsCpu = false;

  constructor(worker: RunWorker, pool: EnvironmentPool) {
    this.worker = worker;
    this.pool = pool;
  }

  get isIdle(): boolean {
    return this.attempts.length === 0 && !this.isRetired;
  }

  /** What it runs only waits for children. */
  get isWaiting(): boolean {
    return (this.attempts[0]?.open.size ?? 0) > 0;
  }

  get isRunning(): boolean {
    return this.attempts.length > 0 && !this.isWaiting;
  }

  find(action: string, attempt: number): Attempt | undefined {
    return this.attempts.find((each) => each.number === attempt && each.action.id === action);
  }

  remove(attempt: Attempt): void {
    const index = this.attempts.indexOf(attempt);
    if (index >= 0) this.attempts.splice(index, 1);
  }

  send(message: Parameters<NonNullable<RunWorker['link']>['send']>[0]): void {
    this.worker.link?.send(message);
  }

  /** For what nothing waits for. */
  sendSoon(message: Parameters<NonNullable<RunWorker['link']>['send']>[0]): void {
    this.worker.link?.sendSoon(message);
  }
}
