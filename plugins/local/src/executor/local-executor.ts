import { rm } from 'node:fs/promises';
import { AmbitError, platformOf } from '@ambit/plugin-api';
import type {
  Clock,
  Connection,
  Executor,
  ExecutorDescription,
  Found,
  Logger,
  Machine,
  OwnedItem,
  Placement,
  PreflightFinding,
  Reservation,
  ReserveAnswer,
  SharedState,
  Stopped,
  WorkerEvent,
  WorkerHandle,
  WorkerRequest,
} from '@ambit/plugin-api';
import { processTable } from '../machine/process-table.ts';
import { removeTree } from '../machine/remove-tree.ts';
import type { LocalOptions } from '../options.ts';
import { bootId } from './boot.ts';
import { localCapacity, memoryOfMachine, PLACE } from './capacity.ts';
import type { Capacity } from './capacity.ts';
import { logTail } from './ground.ts';
import type { Ground } from './ground.ts';
import { Leases } from './leases.ts';
import { forgetNamespaces, namespaceCommand } from './pid-namespaces.ts';
import { Reservations } from './reservations.ts';
import { settledStart } from './settled-start.ts';
import { socketDirectory } from './socket-directory.ts';
import { connectWorker } from './worker-connection.ts';
import { WorkerRecords } from './worker-records.ts';
import type { SettledStop, StartRecord } from './worker-records.ts';
import { intendedStart, launchWorker } from './worker-start.ts';
import type { Launch } from './worker-start.ts';
import { causeOf, endOf, handleOf, isStarted, lives, startOf } from './worker-state.ts';
import { stopWorker } from './worker-stop.ts';
import { Bell, watchWorkers } from './worker-watch.ts';

export interface LocalExecutorParts {
  readonly instance: string;
  readonly machine: Machine;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where memory and GPUs are leased from. */
  readonly shared: SharedState;
  readonly options: LocalOptions;
  /** The environment of the process that starts workers. */
  readonly env: NodeJS.ProcessEnv;
  /** False: as on a machine that allows no pid namespaces. */
  readonly allowNamespaces?: boolean;
}

/** Workers as processes of this machine. */
export class LocalExecutor implements Executor {
  readonly #parts: LocalExecutorParts;
  readonly #bell = new Bell();
  readonly #ended = new AbortController();
  readonly #stops = new Map<string, Promise<Stopped>>();
  #ground: Ground | undefined;
  #reservations: Reservations | undefined;
  #capacity: Promise<Capacity> | undefined;
  #namespace: Promise<readonly string[]> | undefined;
  #sockets: string | undefined;

  constructor(parts: LocalExecutorParts) {
    this.#parts = parts;
  }

  async describe(signal: AbortSignal): Promise<ExecutorDescription> {
    const { machine } = this.#parts;
    const facts = await machine.facts(signal);
    return {
      platforms: [platformOf(facts)],
      accepts: [{ kind: 'host-directory', at: machine.id }],
      runtime: ['directory'],
      enforces: { cpu: false, memory: true, disk: false },
      capacity: await this.#limits(),
      cpuReturnable: true,
      stopProof: (await this.#namespaces()).length > 0 ? ['pid-namespace'] : [],
      secretsOnDisk: 'file',
    };
  }

  async preflight(requests: readonly WorkerRequest[], signal: AbortSignal): Promise<readonly PreflightFinding[]> {
    const platform = platformOf(await this.#parts.machine.facts(signal));
    const sockets = this.#socketsFault();
    return requests.flatMap(({ environment, image }): PreflightFinding[] => [
      ...(sockets ? [{ ...sockets, environment, severity: 'error' as const }] : []),
      ...(image.platform === platform ? [] : [foreignPlatform(environment, image.platform, platform)]),
    ]);
  }

  async reserve(request: WorkerRequest, _placement: Placement | undefined, signal: AbortSignal): Promise<ReserveAnswer> {
    signal.throwIfAborted();
    return this.#reserved().reserve(request, await this.#limits(), signal);
  }

  machine(): Machine {
    return this.#parts.machine;
  }

  async start(reservation: Reservation, placement: Placement, signal: AbortSignal): Promise<WorkerHandle> {
    signal.throwIfAborted();
    const { id } = reservation.request;
    const ground = this.#on();
    const known = await this.#reserved().of(id);
    if (!known || !(await this.#reserved().hold(id, known)))
      throw refused('AMBIT_RESERVATION_EXPIRED', `The reservation of the worker ${id} is not there any more.`, 'Reserve again.', id);
    const namespace = await this.#namespaces();
    const gpus = await this.#gpusOf(known.answer.gpus);
    const launch: Launch = { reservation, placement, gpus, namespace, sockets: (this.#sockets ??= socketDirectory(this.#parts.env)) };
    const intended = await intendedStart(ground, launch);
    const start = ground.records.claimStart(id, intended)
      ? await launchWorker(ground, launch, intended)
      : await settledStart(ground, id, signal);
    this.#bell.ring();
    if (start?.refused ?? ground.records.stop(id))
      throw refused(
        'AMBIT_WORKER_STOPPED',
        `The worker ${id} was stopped and does not start again.`,
        'Ask for a worker with a new id.',
        id,
      );
    if (!isStarted(start))
      throw refused(
        'AMBIT_WORKER_GONE',
        `The worker ${id} was to be started by a process that died.`,
        'Ask for a worker with a new id.',
        id,
      );
    if (start.init === 'none' && logTail(start.workDirectory).startsWith('unshare:')) forgetNamespaces(this.#parts.stateDirectory);
    return handleOf(id, start);
  }

  async find(reservation: Reservation, signal: AbortSignal): Promise<Found> {
    const { id } = reservation.request;
    const ground = this.#on();
    const start = await settledStart(ground, id, signal);
    if (!start || start.refused) return { is: 'never-started' };
    if (!isStarted(start)) return { is: 'gone', cause: causeOf(id, {}, 'the process that was to start it died') };
    if (!(await lives(ground, start)))
      return { is: 'gone', cause: endOf(ground, id, start).cause ?? causeOf(id, endOf(ground, id, start), '') };
    const known = await this.#reserved().of(id);
    if (known) await this.#reserved().hold(id, known);
    return { is: 'found', handle: handleOf(id, start) };
  }

  observe(owner: string, signal: AbortSignal): AsyncIterable<WorkerEvent> {
    return watchWorkers(this.#on(), this.#bell, owner, AbortSignal.any([signal, this.#ended.signal]));
  }

  connect(handle: WorkerHandle, signal: AbortSignal): Promise<Connection> {
    return connectWorker(this.#on(), handle, signal);
  }

  stop(target: WorkerHandle | Reservation, { graceMs }: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
    const id = 'request' in target ? target.request.id : target.id;
    const running = this.#stops.get(id);
    if (running) return running;
    const stop = this.#stop(id, target, { graceMs, signal }).finally(() => this.#stops.delete(id));
    this.#stops.set(id, stop);
    return stop;
  }

  async release(reservation: Reservation, signal: AbortSignal): Promise<void> {
    const { id } = reservation.request;
    const ground = this.#on();
    const start = await settledStart(ground, id, signal);
    if (isStarted(start)) {
      const isOver = ground.records.stop(id) ?? (start.namespaced && !(await lives(ground, start)));
      if (!isOver)
        throw refused(
          'AMBIT_WORKER_NOT_STOPPED',
          `The worker ${id} was not stopped, so its space is not given back.`,
          'Stop it first.',
          id,
        );
      await Promise.all([removeTree(start.workDirectory), rm(start.socket, { force: true })]);
    }
    await this.#reserved().release(id);
    ground.exits.delete(id);
    this.#bell.ring();
  }

  async *list(owner: string, signal: AbortSignal): AsyncGenerator<OwnedItem> {
    const { records } = this.#on();
    for (const id of records.ids()) {
      signal.throwIfAborted();
      const record = await this.#reserved().of(id);
      if (record?.owner !== owner) continue;
      yield { kind: isStarted(records.start(id)) ? 'worker' : 'reservation', id, run: record.run, place: PLACE, since: record.since };
    }
  }

  /** Workers live on. */
  async dispose(): Promise<void> {
    this.#ended.abort();
  }

  async #stop(id: string, target: WorkerHandle | Reservation, options: { graceMs: number; signal: AbortSignal }): Promise<Stopped> {
    const ground = this.#on();
    const before = ground.records.stop(id);
    if (before) return before;
    const namespaced = (await this.#namespaces()).length > 0;
    const refusal: StartRecord = {
      boot: ground.boot,
      by: { pid: process.pid, startTime: '' },
      refused: true,
      namespaced,
      socket: '',
      workDirectory: '',
      complete: true,
    };
    if (ground.records.reservation(id)) ground.records.claimStart(id, refusal);
    const start = (await settledStart(ground, id, options.signal)) ?? ('request' in target ? undefined : startOf(target));
    const answer = isStarted(start) ? await stopWorker(ground, start, options) : neverStarted(id, namespaced);
    this.#bell.ring();
    return answer.stopped === 'no' || !ground.records.reservation(id) ? answer : ground.records.settleStop(id, answer);
  }

  #on(): Ground {
    if (this.#ground) return this.#ground;
    const { machine, stateDirectory, env } = this.#parts;
    const changed = (): void => this.#bell.ring();
    const records = new WorkerRecords(stateDirectory);
    return (this.#ground = { machine, env, table: processTable(), boot: bootId(), records, exits: new Map(), changed });
  }

  #reserved(): Reservations {
    if (this.#reservations) return this.#reservations;
    const { shared, clock, log, machine, instance, options } = this.#parts;
    const total = memoryOfMachine();
    const memory = { total, part: options.memory ?? total };
    const leases = new Leases({ shared, clock, log, machine: machine.id, instance, memory, signal: this.#ended.signal });
    return (this.#reservations = new Reservations(this.#on(), clock, leases));
  }

  #limits(): Promise<Capacity> {
    const { options, machine, stateDirectory, env } = this.#parts;
    return (this.#capacity ??= localCapacity(options, machine, stateDirectory, env['PATH']));
  }

  async #gpusOf(ids: readonly string[]): Promise<Launch['gpus']> {
    if (ids.length === 0) return [];
    const { gpus } = await this.#limits();
    return ids.map((id) => ({ id, model: gpus.find((gpu) => gpu.id === id)?.model ?? 'unknown' }));
  }

  #namespaces(): Promise<readonly string[]> {
    const { machine, stateDirectory, env, allowNamespaces = true } = this.#parts;
    return (this.#namespace ??= allowNamespaces ? namespaceCommand(machine, stateDirectory, env['PATH']) : Promise.resolve([]));
  }

  #socketsFault(): Pick<PreflightFinding, 'code' | 'message' | 'hint'> | undefined {
    try {
      this.#sockets ??= socketDirectory(this.#parts.env);
      return undefined;
    } catch (error) {
      if (!AmbitError.is(error)) throw error;
      return { code: error.code, message: error.message, hint: error.hint };
    }
  }
}

function neverStarted(id: string, namespaced: boolean): SettledStop {
  const evidence = `the worker ${id} was never started`;
  if (namespaced) return { stopped: 'proved', mechanism: 'pid-namespace', evidence };
  return { stopped: 'unconfirmed', evidence, reason: 'this machine allows no pid namespaces' };
}

function foreignPlatform(environment: string, wanted: string, platform: string): PreflightFinding {
  const message = `The image of ${environment} is for ${wanted}, and this machine is ${platform}.`;
  return {
    code: 'AMBIT_LOCAL_PLATFORM',
    message,
    hint: `Build it for ${platform}, or place the environment elsewhere.`,
    environment,
    severity: 'error',
  };
}

function refused(code: `AMBIT_${string}`, message: string, hint: string, worker: string): AmbitError {
  return new AmbitError(code, message, { hint, facts: { worker } });
}
