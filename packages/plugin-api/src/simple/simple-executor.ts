import { AmbitError } from '../errors.ts';
import type { Connection } from '../connection.ts';
import type {
  Executor,
  ExecutorDescription,
  Found,
  OwnedItem,
  PreflightFinding,
  Reservation,
  ReserveAnswer,
  Stopped,
  WorkerEvent,
  WorkerHandle,
} from '../executor.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import { platformOf } from '../platform-of.ts';
import type { PluginHost } from '../plugin.ts';
import type { Placement, WorkerRequest } from '../worker-request.ts';
import { streamConnection } from './byte-stream.ts';
import { SharedCalls } from './shared-calls.ts';
import type { SimpleExecutorParts } from './simple-executor-parts.ts';
import { watchWorkers } from './watch-workers.ts';
import type { WorkerSeen } from './watch-workers.ts';
import { WorkerBell } from './worker-bell.ts';
import { WorkerEnds } from './worker-ends.ts';
import { foldersOf, LACK_HINT, lackOf } from './worker-fit.ts';
import { notStarted, WorkerStarts } from './worker-starts.ts';

/** Nobody tells of workers of other processes, so they are looked at so often. */
const lookMs = 500;
const listenMs = { first: 2, longest: 100 };

/**
 * An executor from a few functions, for places that see the files of the machine where the engine runs: processes of that
 * machine, or a batch system with a shared disk. It does what is the same everywhere: reservations that hold nothing and
 * expire, one start per id however many ask and whoever dies, `find`, `observe`, `list` and `release`, with what each has
 * to write down in `host.stateDirectory`. It keeps no account of memory or GPUs: a place where these are scarce implements
 * `Executor` itself. The machine has to have a POSIX shell.
 */
export function simpleExecutor<State extends Json>(host: PluginHost, parts: SimpleExecutorParts<State>): Executor {
  return new SimpleExecutor(host, parts);
}

class SimpleExecutor<State extends Json> implements Executor {
  readonly #host: PluginHost;
  readonly #parts: SimpleExecutorParts<State>;
  readonly #starts: WorkerStarts<State>;
  readonly #ends: WorkerEnds<State>;
  readonly #bell: WorkerBell;
  readonly #starting = new SharedCalls<WorkerHandle>();
  readonly #stopping = new SharedCalls<Stopped>();
  readonly #disposed = new AbortController();

  constructor(host: PluginHost, parts: SimpleExecutorParts<State>) {
    this.#host = host;
    this.#parts = parts;
    this.#starts = new WorkerStarts(host, parts);
    const stopProof = async (signal: AbortSignal) => (await this.describe(signal)).stopProof[0];
    this.#ends = new WorkerEnds({ host, starts: this.#starts, stop: (...asked) => parts.stop(...asked), stopProof });
    this.#bell = new WorkerBell(host.clock);
  }

  async describe(signal: AbortSignal): Promise<ExecutorDescription> {
    const { machine } = this.#host;
    return {
      platforms: [platformOf(await machine.facts(signal))],
      accepts: [{ kind: 'host-directory', at: machine.id }],
      runtime: ['directory'],
      enforces: { cpu: false, memory: true, disk: false },
      cpuReturnable: true,
      stopProof: [],
      secretsOnDisk: 'file',
      ...(await this.#parts.describe?.(signal)),
    };
  }

  async preflight(requests: readonly WorkerRequest[], signal: AbortSignal): Promise<readonly PreflightFinding[]> {
    const description = await this.describe(signal);
    return requests.flatMap((request): PreflightFinding[] => {
      const message = lackOf(request, description, this.#host.instance);
      if (message === undefined) return [];
      return [{ code: 'AMBIT_PLACE_UNFIT', message, hint: LACK_HINT, environment: request.environment, severity: 'error' }];
    });
  }

  async reserve(request: WorkerRequest, _placement: Placement | undefined, signal: AbortSignal): Promise<ReserveAnswer> {
    signal.throwIfAborted();
    const reason = lackOf(request, await this.describe(signal), this.#host.instance);
    if (reason !== undefined) return { outcome: 'never', reason, hint: LACK_HINT };
    const { expiresAt } = await this.#starts.reserve(request, signal);
    return { outcome: 'reserved', place: this.#host.instance, gpus: [], state: null, expiresAt };
  }

  machine(): Machine {
    return this.#host.machine;
  }

  start({ request }: Reservation, placement: Placement, signal: AbortSignal): Promise<WorkerHandle> {
    return this.#starting.run(request.id, async () => {
      signal.throwIfAborted();
      const handle = await this.#start(request.id, placement, signal);
      this.#bell.ring();
      return handle;
    });
  }

  async find({ request: { id } }: Reservation, signal: AbortSignal): Promise<Found> {
    try {
      await this.#starting.settled(id);
      const worker = await this.#starts.worker(id, signal);
      const outcome = worker && (await this.#starts.outcome(worker, signal));
      if (!outcome) return { is: 'never-started' };
      if ('failed' in outcome) {
        const { code, message, facts } = notStarted(id, outcome.failed);
        return { is: 'gone', cause: { failure: 'infrastructure', code, message, facts } };
      }
      if (await this.#parts.isAlive(outcome.state, signal)) return { is: 'found', handle: this.#handle(id, outcome.state) };
      return { is: 'gone', cause: await this.#ends.death(id, worker, signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { is: 'unknown', reason: (error as Error).message };
    }
  }

  observe(owner: string, signal: AbortSignal): AsyncIterable<WorkerEvent> {
    const { instance: place, clock } = this.#host;
    const watch = {
      place,
      look: (looking: AbortSignal) => this.#look(owner, looking),
      wait: (waiting: AbortSignal) => this.#bell.wait(lookMs, waiting),
      now: () => clock.now(),
    };
    return watchWorkers(watch, AbortSignal.any([signal, this.#disposed.signal]));
  }

  async connect({ id, state }: WorkerHandle, signal: AbortSignal): Promise<Connection> {
    for (let pause = listenMs.first; ; pause = Math.min(2 * pause, listenMs.longest)) {
      signal.throwIfAborted();
      if (!(await this.#parts.isAlive(state as State, signal))) throw await this.#ends.gone(id, signal);
      const stream = await this.#parts.connect(state as State, signal);
      if (stream) return streamConnection(stream, id);
      await this.#host.clock.sleep(pause, signal);
    }
  }

  stop(target: WorkerHandle | Reservation, { graceMs }: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
    const [id, state] = 'request' in target ? [target.request.id] : [target.id, target.state as State];
    return this.#stopping.run(id, async () => {
      signal.throwIfAborted();
      await this.#starting.settled(id);
      const answer = await this.#ends.stop(id, state, { graceMs }, signal);
      this.#bell.ring();
      return answer;
    });
  }

  async release({ request: { id } }: Reservation, signal: AbortSignal): Promise<void> {
    await this.#starting.settled(id);
    const worker = await this.#starts.worker(id, signal);
    if (!worker) return;
    const outcome = await this.#starts.outcome(worker, signal);
    if (outcome && 'state' in outcome) {
      if (!(await this.#starts.files.read(id, 'stop', signal)))
        throw refused('AMBIT_WORKER_NOT_STOPPED', `The worker ${id} was not stopped, so it is not released.`, 'Stop it first.', id);
      await this.#parts.release?.(outcome.state, signal);
    }
    await this.#starts.files.forget(id, [worker.directory], signal);
    this.#bell.ring();
  }

  async *list(owner: string, signal: AbortSignal): AsyncGenerator<OwnedItem> {
    for (const id of await this.#starts.files.ids(signal)) {
      const known = await this.#starts.reservation(id, signal);
      if (known?.request.owner !== owner) continue;
      const kind = (await this.#stateOf(id, signal)) === undefined ? 'reservation' : 'worker';
      yield { kind, id, run: known.request.run, place: this.#host.instance, since: known.since };
    }
  }

  /** Workers live on. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
  }

  async #start(id: string, placement: Placement, signal: AbortSignal): Promise<WorkerHandle> {
    const worker = await this.#starts.worker(id, signal);
    if (!worker)
      throw refused('AMBIT_RESERVATION_EXPIRED', `The reservation of the worker ${id} is not there any more.`, 'Reserve again.', id);
    const place = { ...foldersOf(placement, this.#host.machine.id), workDirectory: worker.directory, gpus: [] };
    await this.#starts.launch({ ...worker, place }, signal);
    const outcome = await this.#starts.outcome(worker, signal);
    if (!outcome || (await this.#starts.files.read(id, 'stop', signal)))
      throw refused(
        'AMBIT_WORKER_STOPPED',
        `The worker ${id} was stopped and does not start again.`,
        'Ask for a worker with a new id.',
        id,
      );
    if ('failed' in outcome) throw notStarted(id, outcome.failed);
    return this.#handle(id, outcome.state);
  }

  /** Of an owner's workers those that have come to a process. */
  async #look(owner: string, signal: AbortSignal): Promise<ReadonlyMap<string, WorkerSeen>> {
    const seen = new Map<string, WorkerSeen>();
    for (const id of await this.#starts.files.ids(signal)) {
      const worker = await this.#starts.worker(id, signal);
      const state = worker?.request.owner === owner ? await this.#stateOf(id, signal) : undefined;
      if (!worker || state === undefined) continue;
      const isAlive = await this.#parts.isAlive(state, signal);
      seen.set(id, isAlive ? { type: 'running', id, handle: this.#handle(id, state) } : await this.#ends.ended(worker, signal));
    }
    return seen;
  }

  async #stateOf(id: string, signal: AbortSignal): Promise<State | undefined> {
    const outcome = await this.#starts.files.read(id, 'outcome', signal);
    return outcome && 'state' in outcome ? outcome.state : undefined;
  }

  #handle(id: string, state: State): WorkerHandle {
    return { id, place: this.#host.instance, state };
  }
}

function refused(code: `AMBIT_${string}`, message: string, hint: string, worker: string): AmbitError {
  return new AmbitError(code, message, { hint, facts: { worker } });
}
