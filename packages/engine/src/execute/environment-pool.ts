import type { PlannedEnvironment } from '@ambit/core';
import { cpuOf } from '../place/worker-request.ts';
import type { TaskFault } from '../record/error-document.ts';
import { ActionQueue } from './action-queue.ts';
import type { ExecutorPool } from './executor-pool.ts';
import { Pace } from './pace.ts';
import type { WorkerLoad } from './worker-load.ts';

/** One environment of a run: what waits for a worker of it, and the workers there are. */
export class EnvironmentPool {
  readonly environment: PlannedEnvironment;
  readonly executor: ExecutorPool;
  /** The bundle's digest. */
  readonly bundle: string;
  readonly cpu: number;
  readonly queue = new ActionQueue();
  readonly loads = new Set<WorkerLoad>();
  readonly pace = new Pace();
  /** Workers that are on their way; of these, those that wait for a place, and why. */
  starting = 0;
  blocked = 0;
  blockedBy = '';
  /** How many starts failed one after the other. */
  failures = 0;
  /** Why no worker of it can ever be had. */
  refused: TaskFault | undefined;
  /** Its tasks call others: what is handed over ahead could lie behind one that waits. */
  callsTasks = false;

  constructor(environment: PlannedEnvironment, executor: ExecutorPool) {
    this.environment = environment;
    this.executor = executor;
    this.bundle = environment.bundle ?? '';
    this.cpu = cpuOf(environment.resources);
  }

  get name(): string {
    return this.environment.name;
  }

  /** Whether its workers hold what others may wait for. */
  get holdsSpace(): boolean {
    const { memory, gpu, disk } = this.environment.resources;
    return memory !== undefined || gpu !== undefined || disk !== undefined;
  }

  /** How many of its workers only wait for children. */
  get waiting(): number {
    let count = 0;
    for (const load of this.loads) if (load.isWaiting) count += 1;
    return count;
  }

  get idleCount(): number {
    let count = 0;
    for (const load of this.loads) if (load.isIdle) count += 1;
    return count;
  }

  idle(): WorkerLoad | undefined {
    for (const load of this.loads) if (load.isIdle) return load;
    return undefined;
  }

  /** A worker that is given its next attempt while one runs: only where they are short and call nothing. */
  ahead(): WorkerLoad | undefined {
    const { depth } = this.pace;
    if (depth <= 1 || this.callsTasks) return undefined;
    let least: WorkerLoad | undefined;
    for (const load of this.loads) {
      const isFull = load.isRetired || load.attempts.length >= depth || load.attempts[0]?.action.cancelled !== undefined;
      if (!isFull && load.attempts.length < (least?.attempts.length ?? Infinity)) least = load;
    }
    return least;
  }
}
