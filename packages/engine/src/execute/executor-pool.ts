import type { ExecutorDescription } from '@ambit/plugin-api';
import type { Action } from './action.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import type { WorkerLoad } from './worker-load.ts';

export interface ExecutorPoolParts {
  readonly name: string;
  readonly description: ExecutorDescription;
  readonly now: () => number;
  readonly place: (load: WorkerLoad, action: Action) => void;
  /** Begins to start a worker, and counts it in `starting` until it is there or not. */
  readonly start: (pool: EnvironmentPool) => void;
  /** Nothing more can be placed now. */
  readonly onStill: () => void;
}

/** CPUs of a place without an end. */
const ELASTIC_CPUS = 64;
/** So many workers of an environment may wait for children while others make progress; more, only where nothing else does. */
const FEW_WAITING = 16;
const FEW_SPARE = 8;
/** Each is a process. */
export const MOST_WAITING = 128;
/** Work that is done sooner than a worker starts is not worth another worker. */
const START_MS = 100;
const EPSILON = 1e-6;

/** One executor of a run: a fair queue over its environments. CPU is counted for what runs, and not for what waits. */
export class ExecutorPool {
  readonly name: string;
  readonly capacity: number;
  readonly returnsCpu: boolean;
  readonly pools: EnvironmentPool[] = [];
  readonly #parts: ExecutorPoolParts;
  #used = 0;
  #next = 0;
  #pumping: 'no' | 'yes' | 'again' = 'no';
  #isClosed = false;

  constructor(parts: ExecutorPoolParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.capacity = parts.description.capacity?.cpu ?? ELASTIC_CPUS;
    this.returnsCpu = parts.description.cpuReturnable;
  }

  /** Whether something of it may still change by itself. */
  get isMoving(): boolean {
    return this.pools.some((pool) => pool.starting > pool.blocked || pool.isRunning);
  }

  /** How many workers may be there that have nothing to do, started ahead or kept; and how many may be busy that do not wait. */
  get mostSpare(): number {
    return Math.max(FEW_SPARE, 2 * this.capacity);
  }

  /** Workers for which nothing waits, the longest unused first. */
  spare(): readonly WorkerLoad[] {
    const loads = this.pools.flatMap((pool) => (pool.queue.size === 0 ? [...pool.loads] : []));
    return loads.filter((load) => load.isIdle).sort((a, b) => a.since - b.since);
  }

  /** Nothing is placed or started any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** What a worker does has changed. */
  changed(load: WorkerLoad): void {
    const holds = this.returnsCpu ? load.isRunning : load.attempts.length > 0;
    if (holds !== load.holdsCpu) this.#used += holds ? load.pool.cpu : -load.pool.cpu;
    load.holdsCpu = holds;
    this.pump();
  }

  pump(): void {
    if (this.#pumping !== 'no') {
      this.#pumping = 'again';
      return;
    }
    do {
      this.#pumping = 'yes';
      while (this.#placeOne());
      this.#startWorkers();
    } while ((this.#pumping as string) === 'again');
    this.#pumping = 'no';
    this.#parts.onStill();
  }

  /** Only so many are on their way or at work at a time: a run of very many environments does not start them all at once. */
  #startWorkers(): void {
    let room: number | undefined;
    for (const pool of this.pools)
      while (this.#wantsWorker(pool)) {
        room ??= this.mostSpare - this.pools.reduce((sum, each) => sum + each.awake, 0);
        if (room <= 0) return;
        room -= 1;
        this.#parts.start(pool);
      }
  }

  #placeOne(): boolean {
    if (this.#isClosed) return false;
    for (let offset = 0; offset < this.pools.length; offset += 1) {
      const index = (this.#next + offset) % this.pools.length;
      const pool = this.pools[index]!;
      const load = pool.queue.size > 0 ? this.#seat(pool) : undefined;
      const action = load && pool.queue.take();
      if (!action) continue;
      this.#next = index + 1;
      this.#parts.place(load, action);
      return true;
    }
    return false;
  }

  #seat(pool: EnvironmentPool): WorkerLoad | undefined {
    const idle = this.#fits(pool.cpu) ? pool.idle() : undefined;
    if (idle) return idle;
    const othersWait = this.pools.some((other) => other !== pool && other.queue.size > 0 && other.idle());
    const next = othersWait ? undefined : pool.queue.peek();
    return next && pool.ahead(next, this.#parts.now());
  }

  /** What is larger than the whole place gets it alone. */
  #fits(cpu: number): boolean {
    return this.#used < EPSILON || this.#used + cpu <= this.capacity + EPSILON;
  }

  #wantsWorker(pool: EnvironmentPool): boolean {
    if (this.#isClosed || pool.refused || pool.blocked > 0) return false;
    if (pool.queue.size <= pool.idleCount + pool.starting) return false;
    const { waiting } = pool;
    const active = pool.loads.size - waiting + pool.starting;
    if (active >= Math.max(1, Math.floor(this.capacity / pool.cpu + EPSILON))) return false;
    if (active > 0 && (!this.#hasCpuFor(pool) || isSoonDone(pool, active))) return false;
    return waiting < FEW_WAITING || (waiting < MOST_WAITING && !this.isMoving);
  }

  #hasCpuFor({ cpu }: EnvironmentPool): boolean {
    const coming = this.pools.reduce((sum, pool) => sum + (pool.starting - pool.blocked) * pool.cpu, 0);
    return this.#used + coming + cpu <= this.capacity + EPSILON;
  }
}

function isSoonDone(pool: EnvironmentPool, workers: number): boolean {
  const expected = pool.pace.expected(pool.queue.size);
  return expected !== undefined && expected / workers < START_MS;
}
