import type { ErrorDocument, RunEventData, StopEvidence, TypedRunEvent } from '@ambit/engine';
import type { RunStore, RunSummary } from '@ambit/plugin-api';

/** What a run's record says, put together. Values are encoded. */
export interface RunRecord {
  readonly run: string;
  /** As the store lists it: of the end, else `running`, or `interrupted`. */
  readonly status: string;
  readonly task: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly end?: RunEventData['run.ended'];
  readonly images: readonly ImageRecord[];
  /** In order of creation. */
  readonly actions: readonly ActionRecord[];
  readonly stops: readonly StopEvidence[];
}

export interface ImageRecord {
  readonly identity: string;
  readonly status: string;
  readonly durationMs?: number;
  readonly error?: ErrorDocument;
}

export interface ActionRecord {
  readonly id: string;
  readonly parent?: string;
  readonly task: string;
  readonly environment: string;
  readonly input: string;
  status: string;
  executor?: string;
  value?: string;
  error?: ErrorDocument;
  readonly attempts: AttemptRecord[];
}

export interface AttemptRecord {
  readonly number: number;
  readonly worker: string;
  readonly place: string;
  readonly incarnation: string;
  readonly queuedMs: number;
  startedAt?: string;
  endedAt?: string;
  outcome?: string;
  failure?: string;
  peakMemory?: number;
}

/** Reads a run's record to its present end. A run that is not there: `AMBIT_RUN_UNKNOWN`. */
export async function readRun(
  runs: RunStore,
  summary: Pick<RunSummary, 'run' | 'status' | 'startedAt'>,
  signal: AbortSignal,
): Promise<RunRecord> {
  const { run } = summary;
  const reader = new RecordReader(summary);
  for await (const event of runs.read(run, {}, signal)) reader.take(event as unknown as TypedRunEvent, event.at);
  return reader.record();
}

class RecordReader {
  readonly #summary: Pick<RunSummary, 'run' | 'status' | 'startedAt'>;
  #created: { readonly data: RunEventData['run.created'] } | undefined;
  #ended: { readonly data: RunEventData['run.ended']; readonly at: string } | undefined;
  readonly #images = new Map<string, ImageRecord>();
  readonly #actions = new Map<string, ActionRecord>();
  /** The last word on each worker. */
  readonly #stops = new Map<string, StopEvidence>();

  constructor(summary: Pick<RunSummary, 'run' | 'status' | 'startedAt'>) {
    this.#summary = summary;
  }

  take({ type, data }: TypedRunEvent, at: string): void {
    if (type === 'run.created') this.#created = { data };
    else if (type === 'run.ended') this.#ended = { data, at };
    else if (type === 'image.started') this.#images.set(data.image, { identity: data.image, status: 'building' });
    else if (type === 'image.ended') {
      const { image, status, durationMs, error } = data;
      this.#images.set(image, { identity: image, status, durationMs, ...(error && { error }) });
    } else if (type === 'worker.stopped') {
      const { worker, mechanism, detail } = data;
      this.#stops.set(worker, { worker, detail, ...(mechanism && { mechanism }) });
    } else this.#takeAction({ type, data } as TypedRunEvent, at);
  }

  #takeAction({ type, data }: TypedRunEvent, at: string): void {
    if (type === 'action.created') {
      const { action: id, parent, task, environment, input } = data;
      this.#actions.set(id, { id, task, environment, input, status: 'queued', attempts: [], ...(parent !== undefined && { parent }) });
      return;
    }
    const action = 'action' in data ? this.#actions.get(data.action) : undefined;
    if (!action) return;
    if (type === 'attempt.placed') {
      const { attempt, worker, place, incarnation, queuedMs, executor } = data;
      action.executor = executor;
      action.attempts.push({ number: attempt, worker, place, incarnation, queuedMs });
    } else if (type === 'attempt.started') {
      action.status = 'running';
      attemptOf(action, data.attempt).startedAt = at;
    } else if (type === 'attempt.ended') {
      const { outcome, failure, peakMemory } = data;
      Object.assign(attemptOf(action, data.attempt), {
        endedAt: at,
        outcome,
        ...(failure && { failure }),
        ...(peakMemory !== undefined && { peakMemory }),
      });
      if (outcome !== 'succeeded') action.status = 'queued';
    } else if (type === 'action.reopened') {
      action.status = 'queued';
      delete action.error;
    } else if (type === 'action.ended') {
      action.status = data.status;
      if (data.value !== undefined) action.value = data.value;
      if (data.error) action.error = data.error;
    }
  }

  record(): RunRecord {
    const created = this.#created;
    const { run, startedAt, status } = this.#summary;
    return {
      run,
      startedAt,
      status: this.#ended?.data.status ?? status,
      task: created?.data.task ?? '',
      tags: created?.data.tags ?? {},
      ...(this.#ended && { endedAt: this.#ended.at, end: this.#ended.data }),
      images: [...this.#images.values()],
      actions: [...this.#actions.values()],
      stops: [...this.#stops.values()],
    };
  }
}

function attemptOf(action: ActionRecord, number: number): AttemptRecord {
  return action.attempts.find((each) => each.number === number) ?? { number, worker: '', place: '', incarnation: '', queuedMs: 0 };
}
