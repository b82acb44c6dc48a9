import type { PlannedEnvironment } from '@ambit/core';
import { cpuOf } from '../place/worker-request.ts';
import type { TaskFault } from '../record/error-document.ts';
import type { Action } from './action.ts';
import { ActionQueue } from './action-queue.ts';
import type { ExecutorPool } from './executor-pool.ts';
import { Pace } from './pace.ts';
import type { WorkerLoad } from './worker-load.ts';

/** What runs longer than this is not short, whatever others like it were. */
const LONG_MS = 50;

/** One environment of a run: what waits for a worker of it, and the workers there are. */
export class EnvironmentPool {
  readonly environment: PlannedEnvironment;
  readonly executor: ExecutorPool;
  /** The bundle's digest. */
  readonly bundle: string;
  readonly cpu: number;
  readonly queue = new ActionQueue();
  readonly loads = new Set<WorkerLoad>();
  /** Of all its tasks. */
  readonly pace = new Pace();
  readonly #paces = new Map<string, Pace>();
  /** Tasks that called others: what is handed over ahead could lie behind one that waits. */
  readonly #callers = new Set<string>();
  /** Workers that are on their way; of these, those that wait for a place, and why. */
  starting = 0;
  blocked = 0;
  blockedBy = '';
  /** Whether other runs have some of what is waited for. */
  othersHold = false;
  /** How many starts failed one after the other. */
  failures = 0;
  /** Why no worker of it can ever be had. */
  refused: TaskFault | undefined;

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

  get isRunning(): boolean {
    for (const load of this.loads) if (load.isRunning) return true;
    return false;
  }

  /** Workers that come, or that have something to do but to wait. */
  get awake(): number {
    let count = this.starting - this.blocked;
    for (const load of this.loads) if (load.isRunning || (load.isIdle && this.queue.size > 0)) count += 1;
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

  /** A task took so long. */
  took(task: string, milliseconds: number): void {
    this.pace.add(milliseconds);
    this.#paceOf(task).add(milliseconds);
  }

  called(task: string): void {
    this.#callers.add(task);
  }

  /** A worker that is given this action while it runs another: only where both are short and call nothing. */
  ahead(action: Action, now: number): WorkerLoad | undefined {
    const depth = this.#depthOf(action);
    if (depth <= 1) return undefined;
    let least: WorkerLoad | undefined;
    for (const load of this.loads) {
      const { attempts } = load;
      const isFull = load.isRetired || attempts.length >= depth || now - load.since > LONG_MS;
      if (isFull || attempts.length >= (least?.attempts.length ?? Infinity)) continue;
      const first = attempts[0]?.action;
      if (!first || (first.cancelled === undefined && this.#depthOf(first) > 1)) least = load;
    }
    return least;
  }

  #depthOf({ task }: Action): number {
    return this.#callers.has(task.id) ? 1 : this.#paceOf(task.id).depth;
  }

  #paceOf(task: string): Pace {
    const pace = this.#paces.get(task) ?? new Pace();
    this.#paces.set(task, pace);
    return pace;
  }
}
