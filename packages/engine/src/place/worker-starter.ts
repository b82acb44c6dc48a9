import type { EnvironmentBundle } from '@ambit/bundler';
import type { Plan, PlannedEnvironment } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { Executor, Json, Placement, Reservation, ReserveAnswer } from '@ambit/plugin-api';
import type { ImageBuilds } from '../build/image-builds.ts';
import { executorNamed } from '../plan/descriptions.ts';
import type { Recorder } from '../record/recorder.ts';
import { environmentImage } from './environment-image.ts';
import type { EnvironmentImage } from './environment-image.ts';
import type { RunWorker } from './run-worker.ts';
import { WorkerLink } from './worker-link.ts';
import type { LinkListener, WorkerLinkParts } from './worker-link.ts';
import type { RunSecrets } from './run-secrets.ts';
import { workerRequest } from './worker-request.ts';
import type { WorkerOwner } from './worker-request.ts';
import type { WorkerStops } from './worker-stops.ts';
import type { WorkerWatch } from './worker-watch.ts';

export interface WorkerStarterParts extends Omit<WorkerLinkParts, 'executor' | 'secrets'> {
  readonly executors: ReadonlyMap<string, Executor>;
  readonly plan: Pick<Plan, 'images' | 'references'>;
  readonly builds: ImageBuilds;
  readonly recorder: Recorder;
  readonly stops: WorkerStops;
  readonly watch: WorkerWatch;
  readonly owner: WorkerOwner;
  /** What its workers are started with, for images of this platform. */
  readonly runtime: (environment: PlannedEnvironment, platform: string) => Promise<Placement['runtime']>;
  readonly bundle: (environment: string) => Promise<EnvironmentBundle>;
  readonly runSecrets: RunSecrets;
}

/** Takes one worker after the other from nothing to a connection. What an outside action needs is stored before it. */
export class WorkerStarter {
  readonly #parts: WorkerStarterParts;

  constructor(parts: WorkerStarterParts) {
    this.#parts = parts;
  }

  /** A place, if there is one. Images that belong to no machine are built before, others after. */
  async reserve(
    environment: PlannedEnvironment,
    signal: AbortSignal,
  ): Promise<RunWorker | Exclude<ReserveAnswer, { outcome: 'reserved' }>> {
    const { builds, owner } = this.#parts;
    const image = this.#imageOf(environment);
    const name = environment.executor ?? '';
    const executor = executorNamed(this.#parts.executors, name);
    const isAfter = image.kind === 'planned' && (await builds.belongsToMachine(image.image));
    const placement = isAfter ? undefined : await this.#placement(environment, image);
    signal.throwIfAborted();
    const request = workerRequest(environment, image.identity, owner);
    const answer = await executor.reserve(request, placement, signal);
    if (answer.outcome !== 'reserved') return answer;
    return this.#reserved({ ...answer, request }, name, placement);
  }

  /** Resolves when the worker is connected and has its code. */
  async start(worker: RunWorker, environment: PlannedEnvironment, listener: LinkListener, signal: AbortSignal): Promise<void> {
    const { recorder, watch, bundle, runSecrets } = this.#parts;
    const executor = executorNamed(this.#parts.executors, worker.executor);
    const { id, reservation } = worker;
    const secrets = await runSecrets.of(environment.name);
    const placement = (worker.placement ??= await this.#placement(environment, this.#imageOf(environment), worker));
    await this.#prepare(executor, worker, placement, signal);
    await recorder.store({ type: 'worker.prepared', data: { worker: id } }, { type: 'worker.start-requested', data: { worker: id } });
    signal.throwIfAborted();
    const handle = (worker.handle = await executor.start(reservation, placement, signal));
    await recorder.store({ type: 'worker.started', data: { worker: id, state: handle.state } });
    const code = await bundle(environment.name);
    const link = (worker.link = new WorkerLink({ ...this.#parts, executor, secrets }, worker, code, listener));
    watch.watch(worker.executor, id, (cause) => link.hasEnded(cause));
    worker.incarnation = await link.open(signal);
    recorder.note({ type: 'worker.connected', data: { worker: id, incarnation: worker.incarnation } });
  }

  #reserved(reservation: Reservation, executor: string, placement: Placement | undefined): RunWorker {
    const { recorder, stops } = this.#parts;
    const { request, place, gpus, state } = reservation;
    const { id, environment } = request;
    const stored = recorder.store({
      type: 'worker.reserved',
      data: { worker: id, environment, executor, place, gpus: [...gpus], state, request: request as unknown as Json },
    });
    stored.catch(() => undefined);
    const worker: RunWorker = { id, environment, executor, reservation, incarnation: '', stored, ...(placement ? { placement } : {}) };
    stops.add(worker);
    return worker;
  }

  async #prepare(executor: Executor, worker: RunWorker, placement: Placement, signal: AbortSignal): Promise<void> {
    if (!executor.prepare) return;
    await worker.stored;
    signal.throwIfAborted();
    const steps = executor.prepare(worker.reservation, placement, signal)[Symbol.asyncIterator]();
    while (!(await steps.next()).done);
  }

  async #placement(environment: PlannedEnvironment, image: EnvironmentImage, worker?: RunWorker): Promise<Placement> {
    const { builds, runtime } = this.#parts;
    const { platform } = image.identity;
    // What is used as it is, executors have from where they will.
    if (image.kind === 'plain')
      return { image: { identity: image.identity, locations: [] }, runtime: await runtime(environment, platform) };
    const machine = worker && this.#machineOf(worker);
    const [{ identity, locations }, brought] = await Promise.all([builds.ensure(image.image, machine), runtime(environment, platform)]);
    return { image: { identity, locations }, runtime: brought };
  }

  #machineOf({ executor, reservation }: RunWorker): NonNullable<ReturnType<NonNullable<Executor['machine']>>> {
    const machine = executorNamed(this.#parts.executors, executor).machine?.(reservation);
    if (machine) return machine;
    throw new AmbitError(
      'AMBIT_PLACE_NO_MACHINE',
      `The place ${reservation.place} of the executor ${executor} takes no image built on it.`,
      {
        hint: 'Take another builder for this environment.',
        facts: { executor, place: reservation.place },
      },
    );
  }

  #imageOf(environment: PlannedEnvironment): EnvironmentImage {
    const { name } = environment;
    const image = environmentImage(this.#parts.plan, environment);
    if (image) return image;
    throw new AmbitError('AMBIT_PLAN_INVALID', `The plan has no image for the environment ${name}.`, {
      hint: 'Plan again; if it stays so, report this as a bug.',
      facts: { environment: name },
    });
  }
}
