import { AmbitError } from '@ambit/plugin-api';
import type { EngineParts, RunHandle, RunRequest } from '../engine.ts';
import type { Descriptions } from '../plan/descriptions.ts';
import type { ErrorDocument, RunEventData, RunNotice, StopEvidence } from '../record/events.ts';
import { Recorder } from '../record/recorder.ts';
import { keepLease } from '../record/run-lease.ts';
import type { HeldRun } from '../record/run-lease.ts';
import type { RunTask } from './action.ts';
import { Execution } from './execution.ts';
import type { ExecutionParts } from './execution.ts';
import { outcomeOf, reasonOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface RunDriverParts {
  readonly engine: EngineParts;
  readonly descriptions: Descriptions;
  readonly runtime: ExecutionParts['runtime'];
  /** Who holds the leases of this engine's runs. */
  readonly holder: string;
}

type Ended = Awaited<ReturnType<RunHandle['outcome']>>;

interface DriverParts extends RunDriverParts, Pick<ExecutionParts, 'planned' | 'tasks' | 'capabilities' | 'key' | 'graceMs' | 'secrets'> {
  readonly request: RunRequest;
  readonly held: HeldRun;
  readonly startedAt: string;
}

/** Drives one run from its lease to its end. */
export class RunDriver implements RunHandle {
  readonly name: string;
  readonly startedAt: string;
  /** Resolves when nothing of the run is under way any more, on this side. */
  readonly closed: Promise<void>;
  readonly #parts: DriverParts;
  readonly #recorder: Recorder;
  readonly #execution: Execution;
  readonly #owning = new AbortController();
  readonly #ended: Promise<Ended>;
  #settle!: { resolve(ended: Ended): void; reject(error: unknown): void };
  #close!: () => void;
  #verdict: Verdict | 'broken' | undefined;

  constructor(parts: DriverParts) {
    const { engine, held, request } = parts;
    this.#parts = parts;
    this.name = held.name;
    this.startedAt = parts.startedAt;
    this.#ended = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#ended.catch(() => undefined);
    this.closed = new Promise((resolve) => (this.#close = resolve));
    const { runs, clock, log } = engine;
    const { name: run, epoch } = held;
    const onFailed = (error: unknown): void => void this.#break(error);
    this.#recorder = new Recorder({
      ...{ runs, run, epoch, clock, log, onStored: request.onEvent, onFailed },
      patience: () => this.#execution.patience(),
    });
    this.#execution = new Execution({
      ...parts,
      ...{ run, epoch, recorder: this.#recorder, force: request.force },
      notify: (notice) => this.#notify(notice),
      onRootEnded: (result) => this.#end({ by: 'root', result }),
      onFailed: (document) => this.#end({ by: 'failure', document }),
      onFault: onFailed,
    });
  }

  /** With a refusal, the run is recorded and ends with it. */
  begin(task: RunTask, refusal?: ErrorDocument): void {
    const { engine, held, planned, request } = this.#parts;
    const { digest, environments, images } = planned.plan;
    const executors = Object.fromEntries(environments.map(({ name, executor }) => [name, executor ?? '']));
    this.#recorder.note(
      { type: 'run.created', data: { task: task.id, args: request.args, tags: { ...request.tags }, executors } },
      { type: 'plan.ready', data: { digest, environments: environments.length, images: images.length } },
    );
    if (refusal) return this.#end({ by: 'failure', document: refusal });
    this.#execution.begin(task, request.args, request.options);
    const { runs, clock, log } = engine;
    const { signal } = this.#owning;
    keepLease({ ...held, runs, clock, log }, signal).catch((error: unknown) => this.#break(error));
    this.#followRequests(signal).catch((error: unknown) => (signal.aborted ? undefined : this.#break(error)));
  }

  outcome(): Promise<Ended> {
    return this.#ended;
  }

  async cancel(reason: string): Promise<{ confirmed: boolean; evidence: readonly StopEvidence[] }> {
    this.#end({ by: 'cancel', reason });
    await this.#ended;
    return this.#execution.stops.proof;
  }

  async #followRequests(signal: AbortSignal): Promise<void> {
    const { engine, held } = this.#parts;
    for await (const { type, data } of engine.runs.requests(held.name, held.epoch, signal)) {
      if (type === 'cancel') this.#end({ by: 'cancel', reason: String((data as { reason?: string }).reason ?? 'it was asked for') });
    }
  }

  #notify(notice: RunNotice): void {
    const { engine, request } = this.#parts;
    const at = engine.clock.now().toISOString();
    // What it is about may be on its way to the record: nobody is to see output before its attempt's start.
    this.#recorder.after(() => request.onEvent?.({ ...notice, at }));
  }

  /** The first reason counts. */
  #end(verdict: Verdict): void {
    if (this.#verdict) return;
    this.#verdict = verdict;
    this.#finish(verdict).catch((error: unknown) => this.#break(error));
  }

  async #finish(verdict: Verdict): Promise<void> {
    const execution = this.#execution;
    const reason = reasonOf(verdict);
    execution.close({ builds: verdict.by === 'failure' ? 'go on' : 'end' });
    execution.cancel(reason);
    await this.#withinGrace(execution.actions.allEnded());
    await execution.stopWorkers();
    // A cancel tells it with its proof.
    if (verdict.by !== 'cancel') this.#tellLeft();
    execution.endAttempts(reason);
    await Promise.all([execution.actions.allEnded(), execution.logs.settled(), execution.builds.settled()]);
    execution.logs.allOver();
    const endedAt = this.#parts.engine.clock.now();
    const durationMs = endedAt.getTime() - Date.parse(this.startedAt);
    const outcome = outcomeOf(verdict);
    await this.#recorder.store({ type: 'run.ended', data: this.#endData(verdict, durationMs) });
    this.#settle.resolve({ ...outcome, endedAt: endedAt.toISOString(), durationMs });
    await this.#leave();
  }

  #tellLeft(): void {
    const { left } = this.#execution.stops;
    const [first] = left;
    if (!first) return;
    const names = left.map(({ worker }) => worker).join(', ');
    this.#parts.engine.log.warn(`What could not be stopped may still be there: ${names}. ${first.detail}`);
  }

  #endData(verdict: Verdict, durationMs: number): RunEventData['run.ended'] {
    const outcome = outcomeOf(verdict);
    if (outcome.status === 'cancelled') return { ...outcome, cancel: this.#execution.stops.proof, durationMs };
    return { ...outcome, durationMs };
  }

  async #withinGrace(work: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = this.#parts.engine.clock.sleep(this.#parts.graceMs + 1_000, over.signal).catch(() => undefined);
    await Promise.race([work, late]);
    over.abort();
  }

  async #leave(): Promise<void> {
    const { engine, held } = this.#parts;
    await this.#execution.stops.released();
    this.#owning.abort(new DOMException('The run has ended.', 'AbortError'));
    await engine.runs.release(held.name, held.epoch).catch(() => undefined);
    this.#close();
  }

  /** Nothing more can be recorded. The workers of a run that another engine has are left to it. */
  async #break(error: unknown): Promise<void> {
    if (this.#verdict === 'broken') return;
    this.#verdict = 'broken';
    this.#owning.abort(error);
    this.#execution.close({ builds: 'end' });
    const isAnothers = AmbitError.is(error) && error.code === 'AMBIT_RUN_NOT_OWNER';
    if (isAnothers) await this.#execution.stops.abandon();
    else await this.#execution.stopWorkers().catch(() => undefined);
    await this.#execution.stops.released();
    this.#settle.reject(error);
    this.#close();
  }
}
