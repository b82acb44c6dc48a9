import type { Executor, Stopped } from '@ambit/plugin-api';
import { executorNamed } from '../plan/descriptions.ts';
import type { StopEvidence } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { RunWorker } from './run-worker.ts';

export interface WorkerStopsParts {
  readonly executors: ReadonlyMap<string, Executor>;
  readonly recorder: Recorder;
  readonly onStopped: (worker: RunWorker) => void;
}

/** Ends the workers of a run, keeps the proof, and gives their space back. */
export class WorkerStops {
  readonly #parts: WorkerStopsParts;
  readonly #workers = new Map<string, RunWorker>();
  readonly #stops = new Map<string, Promise<Stopped>>();
  readonly #evidence = new Map<string, StopEvidence>();
  /** Those that could not be stopped. */
  readonly #left = new Map<string, RunWorker>();
  /** Those whose space could not be given back. */
  readonly #kept = new Set<RunWorker>();
  readonly #releases = new Set<Promise<void>>();
  #pending = 0;
  #isAbandoned = false;

  constructor(parts: WorkerStopsParts) {
    this.#parts = parts;
  }

  /** From now on the worker is one that must be stopped. */
  add(worker: RunWorker): void {
    this.#workers.set(worker.id, worker);
  }

  /** Whether some space is about to be given back. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** What was found out of all stops so far. */
  get proof(): { readonly confirmed: boolean; readonly evidence: StopEvidence[] } {
    const evidence = [...this.#evidence.values()];
    return { confirmed: evidence.every(({ mechanism }) => mechanism !== undefined), evidence };
  }

  /** Those that could not be stopped, and why. */
  get left(): readonly StopEvidence[] {
    return [...this.#evidence.values()].filter(({ worker }) => this.#left.has(worker));
  }

  /** Idempotent. Resolves when the answer is known; space is given back after that. */
  stop(worker: RunWorker, graceMs = 0): Promise<Stopped> {
    const known = this.#stops.get(worker.id);
    if (known) return known;
    if (this.#isAbandoned) return Promise.resolve({ stopped: 'no', reason: 'the run is driven by another engine' });
    const stop = this.#stop(worker, graceMs);
    this.#stops.set(worker.id, stop);
    return stop;
  }

  async stopAll(graceMs = 0): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => this.stop(worker, graceMs)));
  }

  /** Asks again where a place could not be reached: it may be back. */
  async askAgain(): Promise<void> {
    const left = [...this.#left.values()];
    for (const { id } of left) this.#stops.delete(id);
    const kept = [...this.#kept];
    this.#left.clear();
    this.#kept.clear();
    this.#pending += kept.length;
    for (const worker of kept) this.#later(worker, this.#giveBack(worker));
    await Promise.all(left.map((worker) => this.stop(worker)));
  }

  /** Closes all connections and leaves the workers as they are: they are another engine's. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    const links = [...this.#workers.values()].map(async ({ link }) => link?.close('the run is driven by another engine'));
    await Promise.allSettled(links);
  }

  /** Resolves when the space of all workers that were stopped is given back. */
  async released(): Promise<void> {
    await Promise.all(this.#releases);
  }

  async #stop(worker: RunWorker, graceMs: number): Promise<Stopped> {
    this.#pending += 1;
    void worker.link?.close('the worker is stopped').catch(() => undefined);
    const stopped = await askToStop(this.#executorOf(worker), worker, graceMs);
    this.#evidence.set(worker.id, evidenceOf(worker.id, stopped));
    if (stopped.stopped === 'no') this.#left.set(worker.id, worker);
    this.#later(worker, this.#hasStopped(worker, stopped));
    return stopped;
  }

  /** It is pending until then. */
  #later(worker: RunWorker, release: Promise<void>): void {
    this.#releases.add(release);
    void release.finally(() => {
      this.#releases.delete(release);
      this.#pending -= 1;
      this.#parts.onStopped(worker);
    });
  }

  async #hasStopped(worker: RunWorker, stopped: Stopped): Promise<void> {
    const { worker: id, ...evidence } = evidenceOf(worker.id, stopped);
    const event = { type: 'worker.stopped', data: { worker: id, confirmed: stopped.stopped === 'proved', ...evidence } } as const;
    await this.#parts.recorder.store(event).catch(() => undefined);
    this.#workers.delete(worker.id);
    if (stopped.stopped !== 'no') await this.#giveBack(worker);
  }

  /** What cannot be given back at all is found by the executor itself: a reservation expires, and a stopped worker holds nothing. */
  async #giveBack(worker: RunWorker): Promise<void> {
    await this.#executorOf(worker)
      .release(worker.reservation, never())
      .catch(() => this.#kept.add(worker));
  }

  #executorOf({ executor }: RunWorker): Executor {
    return executorNamed(this.#parts.executors, executor);
  }
}

async function askToStop(executor: Executor, { handle, reservation }: RunWorker, graceMs: number): Promise<Stopped> {
  try {
    return await executor.stop(handle ?? reservation, { graceMs }, never());
  } catch (error) {
    return { stopped: 'no', reason: error instanceof Error ? error.message : String(error) };
  }
}

export function evidenceOf(worker: string, stopped: Stopped): StopEvidence {
  if (stopped.stopped === 'proved') return { worker, mechanism: stopped.mechanism, detail: stopped.evidence };
  if (stopped.stopped === 'unconfirmed') return { worker, detail: `${stopped.evidence}; ${stopped.reason}` };
  return { worker, detail: stopped.reason };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
