import type { Reserved, RunStore, WorkerRequest } from '@ambit/plugin-api';
import type { RunWorker } from '../place/run-worker.ts';
import type { RunEventData, StopEvidence, TypedRunEvent } from './events.ts';

/** What the record says of a run that its engine has left: what is not over yet. */
export interface LeftRun {
  readonly startedAt: string;
  readonly isOver: boolean;
  /** Those whose stop is not proved, with what was found out of it before. */
  readonly workers: readonly { readonly worker: RunWorker; readonly before?: StopEvidence }[];
  /** Of those that are stopped. */
  readonly evidence: readonly StopEvidence[];
  readonly attempts: readonly { readonly action: string; readonly attempt: number }[];
  readonly actions: readonly string[];
}

export async function readLeftRun(runs: RunStore, run: string, signal: AbortSignal): Promise<LeftRun> {
  const reader = new LeftRunReader();
  for await (const { at, ...event } of runs.read(run, {}, signal)) reader.take(event as unknown as TypedRunEvent, at);
  return reader.result();
}

class LeftRunReader {
  #startedAt = '';
  #isOver = false;
  readonly #reserved = new Map<string, RunEventData['worker.reserved']>();
  readonly #stopped = new Map<string, RunEventData['worker.stopped']>();
  readonly #attempts = new Map<string, { readonly action: string; readonly attempt: number }>();
  readonly #actions = new Set<string>();

  take({ type, data }: TypedRunEvent, at: string): void {
    if (type === 'run.created') this.#startedAt = at;
    else if (type === 'run.ended') this.#isOver = true;
    else if (type === 'worker.reserved') this.#reserved.set(data.worker, data);
    else if (type === 'worker.stopped') this.#stopped.set(data.worker, data);
    else if (type === 'action.created' || type === 'action.reopened') this.#actions.add(data.action);
    else if (type === 'action.ended') this.#actions.delete(data.action);
    else if (type === 'attempt.placed')
      this.#attempts.set(`${data.action}/${data.attempt}`, { action: data.action, attempt: data.attempt });
    else if (type === 'attempt.ended') this.#attempts.delete(`${data.action}/${data.attempt}`);
  }

  result(): LeftRun {
    const stopped = [...this.#stopped.values()];
    const left = [...this.#reserved.values()].filter(({ worker }) => !this.#stopped.get(worker)?.confirmed);
    return {
      startedAt: this.#startedAt,
      isOver: this.#isOver,
      workers: left.map((data) => {
        const before = this.#stopped.get(data.worker);
        return { worker: workerOf(data), ...(before ? { before: evidenceOf(before) } : {}) };
      }),
      evidence: stopped.filter(({ confirmed }) => confirmed).map(evidenceOf),
      attempts: [...this.#attempts.values()],
      actions: [...this.#actions],
    };
  }
}

function workerOf({ worker: id, environment, executor, place, gpus, state, request }: RunEventData['worker.reserved']): RunWorker {
  const reserved: Reserved = { outcome: 'reserved', place, gpus, state };
  const reservation = { ...reserved, request: request as unknown as WorkerRequest };
  return { id, environment, executor, reservation, incarnation: '', stored: Promise.resolve() };
}

function evidenceOf({ confirmed: _, ...evidence }: RunEventData['worker.stopped']): StopEvidence {
  return evidence;
}
