import { AmbitError } from '../errors.ts';
import type { Cause, Stopped } from '../executor.ts';
import type { Json } from '../json.ts';
import { readText } from '../machine-text.ts';
import type { PluginHost } from '../plugin.ts';
import type { SimpleExecutorParts, SimpleWorker } from './simple-executor-parts.ts';
import type { WorkerSeen } from './watch-workers.ts';
import type { WorkerStarts } from './worker-starts.ts';

export interface WorkerEndsParts<State extends Json> {
  readonly host: PluginHost;
  readonly starts: WorkerStarts<State>;
  readonly stop: SimpleExecutorParts<State>['stop'];
  /** How a stop of what never lived can be proved. */
  readonly stopProof: (signal: AbortSignal) => Promise<Extract<Stopped, { stopped: 'proved' }>['mechanism'] | undefined>;
}

/** How workers end, and what is said of it. */
export class WorkerEnds<State extends Json> {
  readonly #parts: WorkerEndsParts<State>;

  constructor(parts: WorkerEndsParts<State>) {
    this.#parts = parts;
  }

  /** `handled`: as a handle tells it, for when the folder of workers does not know it any more. */
  async stop(id: string, handled: State | undefined, options: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
    const { starts } = this.#parts;
    const before = await starts.files.read(id, 'stop', signal);
    if (before) return before;
    const worker = await starts.worker(id, signal);
    const answer = await this.#end(id, worker, handled, { ...options, signal }).catch((error: unknown): Stopped => {
      signal.throwIfAborted();
      return { stopped: 'no', reason: (error as Error).message };
    });
    return answer.stopped === 'no' || !worker ? answer : starts.files.settle(id, 'stop', answer, signal);
  }

  /** One that was stopped has no cause. */
  async ended(worker: SimpleWorker, signal: AbortSignal): Promise<WorkerSeen> {
    const { id } = worker.request;
    const isStopped = await this.#parts.starts.files.read(id, 'stop', signal);
    return { type: 'ended', id, ...(isStopped ? {} : { cause: await this.death(id, worker, signal) }) };
  }

  async death(id: string, worker: SimpleWorker | undefined, signal: AbortSignal): Promise<Cause> {
    const { host } = this.#parts;
    const log = (worker && (await readText(host.machine, worker.log, signal)))?.slice(-4000).trim() ?? '';
    const last = log.split('\n').at(-1);
    return {
      failure: 'infrastructure',
      code: 'AMBIT_WORKER_DIED',
      message: `The worker ${id} on ${host.instance} has ended${last ? `: ${last}` : ''}.`,
      facts: { worker: id, ...(log ? { log } : {}) },
    };
  }

  async gone(id: string, signal: AbortSignal): Promise<AmbitError> {
    const cause = await this.death(id, await this.#parts.starts.worker(id, signal), signal);
    const hint = 'Start another worker for what it was to do.';
    return new AmbitError('AMBIT_WORKER_GONE', cause.message, { hint, facts: { worker: id, cause: cause.facts } });
  }

  async #end(
    id: string,
    worker: SimpleWorker | undefined,
    handled: State | undefined,
    { graceMs, signal }: { graceMs: number; signal: AbortSignal },
  ): Promise<Stopped> {
    const { starts, stop } = this.#parts;
    let state = handled;
    if (worker) {
      await starts.refuse(id, signal);
      const outcome = await starts.outcome(worker, signal);
      state = outcome && 'state' in outcome ? outcome.state : undefined;
    }
    return state === undefined ? this.#neverStarted(id, signal) : stop(state, { graceMs }, signal);
  }

  async #neverStarted(id: string, signal: AbortSignal): Promise<Stopped> {
    const mechanism = await this.#parts.stopProof(signal);
    const evidence = `the worker ${id} was never started`;
    if (mechanism) return { stopped: 'proved', mechanism, evidence };
    return { stopped: 'unconfirmed', evidence, reason: 'this place proves no stop' };
  }
}
