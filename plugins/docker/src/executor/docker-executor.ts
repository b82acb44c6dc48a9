import type {
  Connection,
  Executor,
  ExecutorDescription,
  Found,
  FoundImage,
  OwnedItem,
  Placement,
  PluginHost,
  PreflightFinding,
  Reservation,
  ReserveAnswer,
  Stopped,
  WorkerEvent,
  WorkerHandle,
  WorkerRequest,
} from '@ambit/plugin-api';
import { Containers } from '../daemon/containers.ts';
import type { ContainerFacts } from '../daemon/containers.ts';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { connectContainer } from './connect-container.ts';
import { containerEnd, removedCause, short } from './container-end.ts';
import { notStopped, reservationExpired, workerGone } from './executor-errors.ts';
import { findImage } from './find-image.ts';
import type { FindImageParts } from './find-image.ts';
import { preflightFindings } from './preflight.ts';
import { preparations } from './preparations.ts';
import type { PullParts } from './pull-image.ts';
import { Reservations } from './reservations.ts';
import { RuntimeVolumes } from './runtime-volumes.ts';
import { startContainer } from './start-container.ts';
import { isAlive, stopContainer } from './stop-container.ts';
import { watchContainers } from './watch-containers.ts';
import { lackOf, LACK_HINT } from './worker-fit.ts';
import { WorkerImages } from './worker-images.ts';
import { containerName, LABELS } from './worker-labels.ts';
import { WorkerRecords } from './worker-records.ts';

export interface DockerExecutorParts {
  readonly host: PluginHost;
  readonly daemon: Daemon;
  readonly registries: FindImageParts['registries'] & { readonly credentials: PullParts['credentials'] };
  /** Of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Workers as containers of a Docker engine. What exists is what the engine has; of it, a folder here keeps only what the engine cannot. */
export class DockerExecutor implements Executor {
  readonly #parts: DockerExecutorParts;
  readonly #containers: Containers;
  readonly #records: WorkerRecords;
  readonly #reservations: Reservations;
  readonly #images: WorkerImages;
  readonly #runtimes: RuntimeVolumes;
  readonly #ended = new AbortController();

  constructor(parts: DockerExecutorParts) {
    const { host, daemon, registries } = parts;
    this.#parts = parts;
    this.#containers = new Containers(daemon);
    this.#records = new WorkerRecords(host.stateDirectory);
    this.#reservations = new Reservations({ records: this.#records, clock: host.clock, place: host.instance });
    this.#images = new WorkerImages(daemon, (reference, signal) => registries.credentials(reference, signal));
    this.#runtimes = new RuntimeVolumes({
      daemon,
      containers: this.#containers,
      clock: host.clock,
      log: host.log,
      machine: host.machine.id,
    });
  }

  async describe(signal: AbortSignal): Promise<ExecutorDescription> {
    const { id, platform, cpus, memory } = await this.#parts.daemon.info(signal);
    return {
      platforms: [platform],
      accepts: [{ kind: 'docker-daemon', at: id }, { kind: 'registry' }],
      runtime: ['copied'],
      enforces: { cpu: true, memory: true, disk: false },
      capacity: { cpu: cpus, memory, gpus: [] },
      cpuReturnable: true,
      stopProof: ['container'],
      secretsOnDisk: 'file',
    };
  }

  findImage(reference: string, signal: AbortSignal): Promise<FoundImage> {
    const { daemon, registries } = this.#parts;
    return findImage({ daemon, registries }, reference, signal);
  }

  preflight(requests: readonly WorkerRequest[], signal: AbortSignal): Promise<readonly PreflightFinding[]> {
    return preflightFindings(this.#parts.daemon, requests, signal);
  }

  async reserve(request: WorkerRequest, _placement: Placement | undefined, signal: AbortSignal): Promise<ReserveAnswer> {
    signal.throwIfAborted();
    const info = await this.#parts.daemon.info(signal);
    const lack = lackOf(request, info);
    return lack === undefined ? this.#reservations.reserve(request, info) : { outcome: 'never', reason: lack, hint: LACK_HINT };
  }

  prepare(_reservation: Reservation, placement: Placement, signal: AbortSignal): ReturnType<NonNullable<Executor['prepare']>> {
    return preparations({ images: this.#images, runtimes: this.#runtimes }, placement, signal);
  }

  async start({ request }: Reservation, placement: Placement, signal: AbortSignal): Promise<WorkerHandle> {
    signal.throwIfAborted();
    const { id } = request;
    if (!this.#reservations.of(id)) throw reservationExpired(id);
    const { cpus } = await this.#parts.daemon.info(signal);
    const container = await startContainer(
      {
        ...{ request, placement, cpus, env: this.#parts.env, images: this.#images, runtimes: this.#runtimes, containers: this.#containers },
        isStopping: () => this.#records.read(id, 'stopping') !== undefined,
      },
      signal,
    );
    this.#records.settle(id, 'started', { container });
    return this.#handle(id, container);
  }

  async find({ request: { id } }: Reservation, signal: AbortSignal): Promise<Found> {
    try {
      const facts = await this.#containers.inspect(containerName(id), signal);
      const started = this.#records.read(id, 'started');
      if (!facts) return started ? { is: 'gone', cause: removedCause(id, started.container) } : { is: 'never-started' };
      if (facts.State.Status === 'created') return { is: 'never-started' };
      if (isAlive(facts)) return { is: 'found', handle: this.#handle(id, facts.Id) };
      const { cause } = await containerEnd(id, facts, this.#containers, signal);
      return { is: 'gone', cause: cause ?? removedCause(id, facts.Id) };
    } catch (error) {
      signal.throwIfAborted();
      return { is: 'unknown', reason: (error as Error).message };
    }
  }

  observe(owner: string, signal: AbortSignal): AsyncIterable<WorkerEvent> {
    const watch = {
      containers: this.#containers,
      clock: this.#parts.host.clock,
      place: this.#parts.host.instance,
      owner,
      handle: (worker: string, container: string) => this.#handle(worker, container),
    };
    return watchContainers(watch, AbortSignal.any([signal, this.#ended.signal]));
  }

  async connect(handle: WorkerHandle, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted();
    const container = containerOf(handle);
    try {
      const { daemon } = this.#parts;
      return await connectContainer({ daemon, containers: this.#containers, container, worker: handle.id }, signal);
    } catch (error) {
      if (!(error instanceof DaemonRefusal)) throw error;
      const facts = await this.#containers.inspect(container, signal);
      if (isAlive(facts)) throw error;
      throw workerGone(handle.id, await this.#endSentence(handle.id, container, facts, signal));
    }
  }

  async stop(target: WorkerHandle | Reservation, { graceMs }: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
    signal.throwIfAborted();
    const id = 'request' in target ? target.request.id : target.id;
    const isKnown = this.#records.read(id, 'reservation') !== undefined;
    const before = this.#records.read(id, 'stop');
    if (before) return before;
    // Said before anybody looks: who starts it looks after it has made the container.
    if (isKnown) this.#records.settle(id, 'stopping', { at: this.#parts.host.clock.now().toISOString() });
    const started = 'request' in target ? this.#records.read(id, 'started')?.container : containerOf(target);
    const container = started ?? containerName(id);
    try {
      const answer = await stopContainer({ containers: this.#containers, container, wasStarted: started !== undefined, graceMs }, signal);
      return answer.stopped === 'no' || !isKnown ? answer : this.#records.settle(id, 'stop', answer);
    } catch (error) {
      signal.throwIfAborted();
      return { stopped: 'no', reason: (error as Error).message };
    }
  }

  async release({ request: { id } }: Reservation, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const container = containerName(id);
    if (!(await this.#containers.remove(container, signal)) && isAlive(await this.#containers.inspect(container, signal)))
      throw notStopped(id);
    this.#records.forget(id);
  }

  async *list(owner: string, signal: AbortSignal): AsyncGenerator<OwnedItem> {
    const place = this.#parts.host.instance;
    const workers = new Set<string>();
    for (const { Created, State, Labels } of await this.#containers.list([`${LABELS.owner}=${owner}`, LABELS.worker], signal)) {
      const id = Labels[LABELS.worker];
      const run = Labels[LABELS.run];
      if (id === undefined || State === 'created') continue;
      workers.add(id);
      yield { kind: 'worker', id, ...(run === undefined ? {} : { run }), place, since: new Date(Created * 1000).toISOString() };
    }
    for (const id of this.#records.ids()) {
      const known = workers.has(id) ? undefined : this.#reservations.of(id);
      if (known?.owner === owner) yield { kind: 'reservation', id, run: known.run, place, since: known.since };
    }
  }

  /** Workers live on. */
  async dispose(): Promise<void> {
    this.#ended.abort();
  }

  #handle(id: string, container: string): WorkerHandle {
    return { id, place: this.#parts.host.instance, state: { container } };
  }

  async #endSentence(id: string, container: string, facts: ContainerFacts | undefined, signal: AbortSignal): Promise<string> {
    if (!facts) return `The container ${short(container)} of the worker ${id} is not there any more.`;
    const { cause } = await containerEnd(id, facts, this.#containers, signal);
    return cause?.message ?? `The worker ${id} has ended.`;
  }
}

function containerOf({ state }: WorkerHandle): string {
  return (state as { readonly container: string }).container;
}
