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
  readonly #evidence: StopEvidence[] = [];
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
    return { confirmed: this.#evidence.every(({ mechanism }) => mechanism !== undefined), evidence: [...this.#evidence] };
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
    const { executors, onStopped } = this.#parts;
    const executor = executorNamed(executors, worker.executor);
    this.#pending += 1;
    void worker.link?.close('the worker is stopped').catch(() => undefined);
    const stopped = await askToStop(executor, worker, graceMs);
    this.#evidence.push(evidenceOf(worker.id, stopped));
    const release = this.#release(executor, worker, stopped);
    this.#releases.add(release);
    void release.finally(() => {
      this.#releases.delete(release);
      this.#pending -= 1;
      onStopped(worker);
    });
    return stopped;
  }

  /** What cannot be given back now is found by the executor itself: a reservation expires, and a stopped worker holds nothing. */
  async #release(executor: Executor, worker: RunWorker, stopped: Stopped): Promise<void> {
    const { worker: id, ...evidence } = evidenceOf(worker.id, stopped);
    const event = { type: 'worker.stopped', data: { worker: id, confirmed: stopped.stopped === 'proved', ...evidence } } as const;
    await this.#parts.recorder.store(event).catch(() => undefined);
    this.#workers.delete(worker.id);
    if (stopped.stopped !== 'no') await executor.release(worker.reservation, never()).catch(() => undefined);
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
