import { AmbitError } from '@ambit/plugin-api';
import type {
  Clock,
  Connection,
  Executor,
  ExecutorDescription,
  Found,
  Machine,
  OwnedItem,
  Placement,
  PreflightFinding,
  Reservation,
  ReserveAnswer,
  Stopped,
  WorkerEvent,
  WorkerHandle,
  WorkerRequest,
} from '@ambit/plugin-api';
import { wallClock } from '../fakes/test-clock.ts';
import { Bell, orAborted } from './bell.ts';
import { MEMORY_MACHINE } from './memory-builder.ts';
import { admit } from './memory-admission.ts';
import { announce, idOf, isLive, memoryPlace, ownedItem, present } from './memory-place.ts';
import type { MemoryFaults, MemoryPlace, PlaceEntry } from './memory-place.ts';
import { startMemoryWorker } from './memory-worker.ts';
import type { MemoryTask } from './memory-task.ts';

export interface MemoryExecutorOptions {
  /** What the workers can do: functions by the id of their task. */
  readonly tasks?: Readonly<Record<string, MemoryTask>>;
  /** What differs from an elastic place that proves stops. */
  readonly describe?: Partial<ExecutorDescription>;
  /** Workers and reservations, shared by executors that are given the same place. */
  readonly place?: MemoryPlace;
  readonly clock?: Clock;
  /** How long a reservation that is not started lasts. */
  readonly reservationTtlMs?: number;
  /** The machine of its place. None where left out. */
  readonly machine?: Machine;
  /** It brings images and runtimes to its place, ahead of a start. */
  readonly prepares?: boolean;
}

/** An executor whose workers run functions of this process, and speak the worker's protocol over a pair in memory. */
export interface MemoryExecutor extends Executor {
  readonly faults: MemoryFaults;
  /** Ends a worker from outside, as the kernel does. */
  kill(worker: string): Promise<void>;
  /** Breaks a worker's connection; the worker goes on. */
  disconnect(worker: string): void;
}

export function memoryExecutor(options: MemoryExecutorOptions = {}): MemoryExecutor {
  return new InMemory(options);
}

const elastic: ExecutorDescription = {
  platforms: ['linux/amd64', 'linux/arm64', 'darwin/arm64'],
  accepts: [{ kind: 'host-directory', at: MEMORY_MACHINE }],
  runtime: ['directory', 'image', 'copied'],
  enforces: { cpu: false, memory: false, disk: false },
  cpuReturnable: true,
  stopProof: ['pid-namespace'],
  secretsOnDisk: 'never',
};

class InMemory implements MemoryExecutor {
  readonly faults: MemoryFaults;
  readonly prepare?: NonNullable<Executor['prepare']>;
  readonly #options: MemoryExecutorOptions;
  readonly #place: MemoryPlace;
  readonly #clock: Clock;
  readonly #description: ExecutorDescription;

  constructor(options: MemoryExecutorOptions) {
    this.#options = options;
    this.#place = options.place ?? memoryPlace();
    this.#clock = options.clock ?? wallClock();
    this.#description = { ...elastic, ...options.describe };
    this.faults = this.#place.faults;
    if (options.prepares) this.prepare = prepare;
  }

  async describe(): Promise<ExecutorDescription> {
    return this.#description;
  }

  async preflight(requests: readonly WorkerRequest[]): Promise<readonly PreflightFinding[]> {
    const { platforms } = this.#description;
    return requests.flatMap(({ environment, image }) =>
      platforms.includes(image.platform) ? [] : [foreignPlatform(environment, image.platform)],
    );
  }

  machine(): Machine | undefined {
    return this.#options.machine;
  }

  async reserve(request: WorkerRequest, _placement: Placement | undefined, signal: AbortSignal): Promise<ReserveAnswer> {
    this.#reach(signal);
    const known = this.#entry(request.id);
    if (known) return known.answer;
    if (this.faults.wait > 0) {
      this.faults.wait -= 1;
      return { outcome: 'wait', reason: 'the place is told to be full', retryAfterMs: 1 };
    }
    const gpus = admit(
      request,
      this.#description.capacity,
      [...this.#place.entries.values()].filter((entry) => !this.#expired(entry)),
    );
    if ('outcome' in gpus) return gpus;
    const ttl = this.#options.reservationTtlMs;
    const answer: ReserveAnswer = {
      outcome: 'reserved',
      place: MEMORY_MACHINE,
      gpus: gpus.ids,
      state: { id: request.id },
      ...(ttl === undefined ? {} : { expiresAt: new Date(this.#clock.now().getTime() + ttl).toISOString() }),
    };
    this.#place.entries.set(request.id, { request, answer, since: this.#clock.now().toISOString() });
    return answer;
  }

  async start(reservation: Reservation, _placement: Placement, signal: AbortSignal): Promise<WorkerHandle> {
    this.#reach(signal);
    const { id, owner } = reservation.request;
    const entry = this.#entry(id);
    if (!entry) throw refused('AMBIT_RESERVATION_EXPIRED', `The reservation of ${id} is not there any more.`, 'Reserve again.', id);
    if (entry.stopped)
      throw refused(
        'AMBIT_WORKER_STOPPED',
        `The worker ${id} was stopped and does not start again.`,
        'Ask for a worker with a new id.',
        id,
      );
    if (entry.handle) return entry.handle;
    const worker = startMemoryWorker({ request: entry.request, tasks: this.#options.tasks ?? {}, clock: this.#clock });
    entry.worker = worker;
    entry.handle = { id, place: MEMORY_MACHINE, state: { id, incarnation: worker.incarnation } };
    announce(this.#place, owner, { type: 'running', id, handle: entry.handle });
    void worker.ended.then((end) => {
      entry.ended = end;
      announce(this.#place, owner, { type: 'ended', id, ...end });
    });
    if (this.faults.dieAtStart > 0) {
      this.faults.dieAtStart -= 1;
      await worker.kill('the worker died at its start, as told');
    }
    return entry.handle;
  }

  async find(reservation: Reservation): Promise<Found> {
    if (this.faults.unreachable !== undefined) return { is: 'unknown', reason: this.faults.unreachable };
    const entry = this.#entry(reservation.request.id);
    if (!entry?.handle) return { is: 'never-started' };
    if (!entry.ended) return { is: 'found', handle: entry.handle };
    const cause = entry.ended.cause ?? {
      failure: 'infrastructure',
      code: 'AMBIT_WORKER_GONE',
      message: 'The worker has ended.',
      facts: {},
    };
    return { is: 'gone', cause };
  }

  async *observe(owner: string, signal: AbortSignal): AsyncIterable<WorkerEvent> {
    const bell = new Bell();
    const owned = [...this.#place.entries.values()].filter((entry) => entry.request.owner === owner);
    const events: WorkerEvent[] = [...owned.flatMap((entry) => present(entry) ?? []), { type: 'synced' }];
    const watch = (of: string, event: WorkerEvent): void => {
      if (of === owner) events.push(event);
      bell.ring();
    };
    this.#place.watchers.add(watch);
    try {
      while (!signal.aborted) {
        const { next: change } = bell;
        const event = events.shift();
        if (event) yield event;
        else await orAborted(change, signal);
      }
    } finally {
      this.#place.watchers.delete(watch);
    }
  }

  async connect(handle: WorkerHandle, signal: AbortSignal): Promise<Connection> {
    this.#reach(signal);
    const entry = this.#entry(handle.id);
    if (entry?.worker && isLive(entry)) return entry.worker.connect();
    throw refused('AMBIT_WORKER_GONE', `The worker ${handle.id} has ended.`, 'Start another.', handle.id);
  }

  async stop(target: WorkerHandle | Reservation, _options: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
    signal.throwIfAborted();
    if (this.faults.unreachable !== undefined) return { stopped: 'no', reason: this.faults.unreachable };
    const id = idOf(target);
    const entry = this.#entry(id);
    if (entry?.stopped) return entry.stopped;
    await entry?.worker?.kill('it was stopped');
    const [mechanism] = this.#description.stopProof;
    const evidence = entry?.worker ? `the worker ${id} has ended, and so has every task of it` : `the worker ${id} was never started`;
    const answer: Exclude<Stopped, { stopped: 'no' }> = mechanism
      ? { stopped: 'proved', mechanism, evidence }
      : { stopped: 'unconfirmed', evidence, reason: 'this place proves no stop' };
    if (entry) entry.stopped = answer;
    return answer;
  }

  async release(reservation: Reservation, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const { id } = reservation.request;
    const entry = this.#entry(id);
    if (entry?.worker && !entry.stopped)
      throw refused('AMBIT_WORKER_NOT_STOPPED', `The worker ${id} was not stopped.`, 'Stop it first.', id);
    this.#place.entries.delete(id);
  }

  async *list(owner: string, signal: AbortSignal): AsyncIterable<OwnedItem> {
    this.#reach(signal);
    for (const entry of [...this.#place.entries.values()]) {
      signal.throwIfAborted();
      if (entry.request.owner === owner && !this.#expired(entry)) yield ownedItem(entry);
    }
  }

  async dispose(): Promise<void> {}

  async kill(worker: string): Promise<void> {
    await this.#place.entries.get(worker)?.worker?.kill('it was killed from outside');
  }

  disconnect(worker: string): void {
    this.#place.entries.get(worker)?.worker?.disconnect();
  }

  #entry(id: string): PlaceEntry | undefined {
    const entry = this.#place.entries.get(id);
    return entry && !this.#expired(entry) ? entry : undefined;
  }

  #expired(entry: PlaceEntry): boolean {
    const { expiresAt } = entry.answer;
    return entry.worker === undefined && expiresAt !== undefined && expiresAt <= this.#clock.now().toISOString();
  }

  #reach(signal: AbortSignal): void {
    signal.throwIfAborted();
    const { unreachable } = this.faults;
    if (unreachable === undefined) return;
    throw new AmbitError('AMBIT_PLACE_UNREACHABLE', `The place ${MEMORY_MACHINE} cannot be reached: ${unreachable}.`, {
      hint: 'Look again later.',
    });
  }
}

async function* prepare(): AsyncGenerator<{ what: 'image' | 'runtime'; done: number; total: number }> {
  yield { what: 'image', done: 1, total: 1 };
  yield { what: 'runtime', done: 1, total: 1 };
}

function foreignPlatform(environment: string, platform: string): PreflightFinding {
  const message = `The image of ${environment} is for ${platform}, which this place does not run.`;
  return { code: 'AMBIT_PLACE_UNFIT', message, hint: 'Build it for another platform.', environment, severity: 'error' };
}

function refused(code: `AMBIT_${string}`, message: string, hint: string, worker: string): AmbitError {
  return new AmbitError(code, message, { hint, facts: { worker } });
}
