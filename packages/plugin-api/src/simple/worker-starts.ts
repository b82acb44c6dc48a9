import { AmbitError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { PluginHost } from '../plugin.ts';
import type { WorkerRequest } from '../worker-request.ts';
import type { SimpleExecutorParts, SimpleWorker, StartableWorker } from './simple-executor-parts.ts';
import { WorkerFiles } from './worker-files.ts';
import type { ReservationFile, StartOutcome } from './worker-files.ts';

/** Long enough for the builds that come between a reservation and its start. */
const reservedMs = 6 * 60 * 60 * 1000;
/** How long a start that another process has begun is waited for, before it counts as broken off. */
const patienceMs = 5_000;
const pollMs = 20;

/** Reservations, and the one start that each may have, whoever asks. */
export class WorkerStarts<State extends Json> {
  readonly files: WorkerFiles<State>;
  readonly #host: PluginHost;
  readonly #parts: Pick<SimpleExecutorParts<State>, 'start' | 'recover'>;

  constructor(host: PluginHost, parts: Pick<SimpleExecutorParts<State>, 'start' | 'recover'>) {
    this.files = new WorkerFiles(host.machine, host.stateDirectory);
    this.#host = host;
    this.#parts = parts;
  }

  /** The same for the same id. */
  async reserve(request: WorkerRequest, signal: AbortSignal): Promise<ReservationFile> {
    const known = await this.reservation(request.id, signal);
    if (known) return known;
    const now = this.#host.clock.now();
    const reservation = { request, since: now.toISOString(), expiresAt: new Date(now.getTime() + reservedMs).toISOString() };
    return this.files.settle(request.id, 'reservation', reservation, signal);
  }

  /** The reservation of an id. One that was not started in its time is forgotten. */
  async reservation(id: string, signal: AbortSignal): Promise<ReservationFile | undefined> {
    const known = await this.files.read(id, 'reservation', signal);
    if (!known || known.expiresAt > this.#now() || (await this.files.read(id, 'start', signal))) return known;
    await this.files.forget(id, [], signal);
    return undefined;
  }

  async worker(id: string, signal: AbortSignal): Promise<SimpleWorker | undefined> {
    const known = await this.reservation(id, signal);
    const directory = `${this.#host.machine.cacheDirectory}/work/${id}`;
    return known && { request: known.request, directory, log: `${directory}/supervisor.log` };
  }

  /** Starts a worker whose start is not taken yet. */
  async launch(worker: StartableWorker, signal: AbortSignal): Promise<void> {
    const { id } = worker.request;
    if (!(await this.files.claim(id, 'start', { at: this.#now() }, signal))) return;
    try {
      await this.files.makeFolder(worker.directory, signal);
      const state = await this.#parts.start(worker, signal);
      await this.files.settle(id, 'outcome', { state }, unending());
    } catch (cause) {
      const failed = (cause as Error).message;
      // Where that cannot be known now, it is asked again by who wants to know.
      const outcome = await this.#recover(worker, failed, unending()).catch((): StartOutcome<State> => ({ failed }));
      if ('failed' in outcome) throw notStarted(id, outcome.failed, cause);
    }
  }

  /** Nobody may start it any more, unless somebody has already. */
  async refuse(id: string, signal: AbortSignal): Promise<void> {
    await this.files.claim(id, 'start', { at: this.#now(), refused: true }, signal);
  }

  /** What came of the start of a worker, for good; undefined where nobody has started it. */
  async outcome(worker: SimpleWorker, signal: AbortSignal): Promise<StartOutcome<State> | undefined> {
    const { id } = worker.request;
    for (let waited = 0; ; waited += pollMs) {
      const start = await this.files.read(id, 'start', signal);
      if (!start || start.refused) return undefined;
      const outcome = await this.files.read(id, 'outcome', signal);
      if (outcome) return outcome;
      const age = Date.parse(this.#now()) - Date.parse(start.at);
      if (age > patienceMs || waited > patienceMs) return this.#recover(worker, 'who was to start it has died', signal);
      await this.#host.clock.sleep(pollMs, signal);
    }
  }

  async #recover(worker: SimpleWorker, failed: string, signal: AbortSignal): Promise<StartOutcome<State>> {
    await this.files.makeFolder(worker.directory, signal);
    const state = await this.#parts.recover(worker, signal);
    return this.files.settle(worker.request.id, 'outcome', state === undefined ? { failed } : { state }, signal);
  }

  #now(): string {
    return this.#host.clock.now().toISOString();
  }
}

export function notStarted(worker: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_WORKER_NOT_STARTED', `The worker ${worker} could not be started: ${why.replace(/\.$/, '')}.`, {
    hint: AmbitError.is(cause) ? cause.hint : 'Mend what the message names.',
    facts: { worker },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** For what has to be finished once it is begun. */
function unending(): AbortSignal {
  return new AbortController().signal;
}
