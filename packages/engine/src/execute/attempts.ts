import { retryDelayMs } from '@ambit/core';
import { encodeValue } from '@ambit/worker/values';
import type { AttemptReport, WireError, WorkerState } from '@ambit/worker/protocol';
import type { Loss } from '../place/run-worker.ts';
import { faultDocument, faultMessage } from '../record/error-document.ts';
import type { TaskFault } from '../record/error-document.ts';
import type { RunEventData, TypedRunEvent } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Action, ActionResult } from './action.ts';
import type { Actions } from './actions.ts';
import { Attempt } from './attempt.ts';
import type { ActionTimers } from './action-timers.ts';
import { budgetOf, isOutOfMemory } from './retries.ts';
import type { FailedTry } from './retries.ts';
import type { WorkerLoad } from './worker-load.ts';

export interface AttemptsParts {
  readonly run: string;
  /** The project's folder, for places of errors. */
  readonly root: string;
  readonly recorder: Recorder;
  readonly now: () => number;
  /** Resolves when what was on its way has had time to come. */
  readonly later: () => Promise<void>;
  readonly executorOf: (environment: string) => string;
  readonly actions: () => Actions;
  readonly enqueue: (action: Action) => void;
  readonly timers: ActionTimers;
  /** What a worker does has changed. */
  readonly changed: (load: WorkerLoad) => void;
  /** No more output of this attempt comes. */
  readonly onOver: (attempt: Attempt) => void;
}

type Try = Pick<Attempt, 'action' | 'number'>;
type Ended = RunEventData['attempt.ended'];

/** Hands attempts to workers, and makes of how they end what becomes of their actions. */
export class Attempts {
  readonly #parts: AttemptsParts;

  constructor(parts: AttemptsParts) {
    this.#parts = parts;
  }

  /** The intent and the hand-over are one commit. */
  place(load: WorkerLoad, action: Action): void {
    const { recorder, now } = this.#parts;
    const { worker } = load;
    action.state = 'placed';
    action.attempts += 1;
    const attempt = (action.attempt = new Attempt(action, load));
    if (load.attempts.length === 0) load.since = now();
    load.attempts.push(attempt);
    this.#parts.changed(load);
    const { executor, incarnation, id } = worker;
    const data = { action: action.id, attempt: attempt.number, worker: id, incarnation, executor, place: worker.reservation.place };
    recorder.commit([{ type: 'attempt.placed', data: { ...data, queuedMs: now() - action.queuedAt } }], () => this.#handOver(attempt));
  }

  /** Its task has begun; told again after a connection broke. */
  started(attempt: Attempt): void {
    if (attempt.hasStarted) return;
    attempt.hasStarted = true;
    this.#parts.timers.clear(attempt.action, 'queued');
    this.#parts.recorder.note({ type: 'attempt.started', data: keyOf(attempt) });
  }

  cancel(attempt: Attempt, reason: string): void {
    const { action, number } = attempt;
    if (attempt.isSent) attempt.load.send({ type: 'cancel', action: action.id, attempt: number, reason });
  }

  /** Ends an action that broke a limit of its own, and what runs of it before. */
  expire(action: Action, fault: TaskFault): void {
    if (action.state === 'ended' || action.endReason !== undefined) return;
    action.overdue = fault;
    this.#parts.actions().cancelChildren(action, `${action.task.id}, which called it, ran out of time`);
    if (action.state === 'placed') this.cancel(action.attempt!, fault.message);
    else this.refuse(action, fault);
  }

  /** Idempotent: what is told again is acknowledged again, and no more. */
  report(load: WorkerLoad, report: AttemptReport): void {
    const attempt = load.find(report.action, report.attempt);
    const acknowledge = (): void => load.sendSoon({ type: 'acknowledge', action: report.action, attempt: report.attempt });
    if (!attempt) return this.#parts.recorder.commit([], acknowledge);
    this.#over(attempt);
    load.pool.took(attempt.action.task.id, Date.parse(report.endedAt) - Date.parse(report.startedAt));
    const { outcome, peakMemory } = report;
    const { cancelled, overdue } = attempt.action;
    const seen = { ...keyOf(attempt), ...(peakMemory === undefined ? {} : { peakMemory }) };
    if (outcome.status === 'succeeded') {
      this.#end(attempt, { ...seen, outcome: 'succeeded' }, { status: 'succeeded', value: outcome.value }, acknowledge);
    } else if (outcome.status === 'cancelled' && cancelled !== undefined) {
      this.#end(attempt, { ...seen, outcome: 'cancelled' }, { status: 'cancelled', reason: cancelled }, acknowledge);
    } else if (overdue) {
      this.#endFailed(attempt, { ...seen, outcome: 'failed' }, overdue, acknowledge);
    } else if (outcome.status === 'cancelled') {
      this.#failed(attempt, { ...seen, outcome: 'lost' }, { fault: givenUp(outcome.reason), retryable: true, spends: true }, acknowledge);
    } else {
      const fault = outcome.error?.task ? { ...outcome, failure: outcome.error.task.failure } : outcome;
      const ended = { ...seen, outcome: isLoss(outcome) ? 'lost' : 'failed' } as const;
      this.#failed(attempt, ended, { fault, retryable: outcome.retryable, spends: true }, acknowledge);
    }
    this.#parts.changed(load);
  }

  /** All that a worker had is lost with it. Only what ran, and not what waited behind it, has spent an attempt. */
  lost(load: WorkerLoad, { cause, mayStillRun }: Loss): void {
    this.#reportAll(load);
    const fault = { failure: cause.failure, code: cause.code, message: cause.message };
    for (const [index, attempt] of [...load.attempts].entries()) {
      this.#over(attempt);
      this.#failed(attempt, { ...keyOf(attempt), outcome: 'lost' }, { fault, retryable: !mayStillRun, spends: index === 0 });
    }
  }

  /** Ends an action that cannot be placed. */
  refuse(action: Action, fault: TaskFault): void {
    const attempt = Math.max(action.attempts, 1);
    const document = this.#document({ action, number: attempt }, fault);
    this.#parts.actions().end(action, { status: 'failed', document, wire: wireError({ action, number: attempt }, fault, document.hint) });
  }

  /** Ends what runs on a worker that is stopped, with a proof or without. */
  stopped(load: WorkerLoad, reason: string): void {
    for (const attempt of [...load.attempts]) {
      this.#over(attempt);
      this.#end(attempt, { ...keyOf(attempt), outcome: 'cancelled' }, { status: 'cancelled', reason: attempt.action.cancelled ?? reason });
    }
  }

  /** Both ends say what they have, and go on from there. Ends count a little later: what was written before them comes first. */
  reconnected(load: WorkerLoad, state: WorkerState): void {
    load.reports.push(...state.unacknowledged);
    if (load.reports.length > 0) void this.#parts.later().then(() => this.#reportAll(load));
    const hasEnded = (attempt: Attempt): boolean => load.reports.some((report) => isOf(report, attempt));
    for (const attempt of load.attempts.filter((each) => each.isSent && !hasEnded(each))) {
      const running = state.running.find((each) => isOf(each, attempt));
      if (!running) this.#send(attempt);
      if (attempt.action.endReason !== undefined) this.cancel(attempt, attempt.action.endReason);
      // An outcome that was sent when the connection broke may not have arrived.
      for (const call of running?.calls ?? []) this.#parts.actions().retell(attempt, call);
    }
  }

  #reportAll(load: WorkerLoad): void {
    for (const report of load.reports.splice(0)) this.report(load, report);
  }

  #handOver(attempt: Attempt): void {
    const { action } = attempt;
    if (attempt.isOver) return;
    if (action.cancelled !== undefined) {
      this.#over(attempt);
      this.#end(attempt, { ...keyOf(attempt), outcome: 'cancelled' }, { status: 'cancelled', reason: action.cancelled });
      return this.#parts.changed(attempt.load);
    }
    if (action.overdue) {
      this.#over(attempt);
      this.#endFailed(attempt, { ...keyOf(attempt), outcome: 'failed' }, action.overdue);
      return this.#parts.changed(attempt.load);
    }
    attempt.isSent = true;
    this.#send(attempt);
  }

  #send({ action, number, load }: Attempt): void {
    const { id, task, input: args } = action;
    const { timeoutMs } = action.policy;
    load.send({
      type: 'attempt',
      action: id,
      attempt: number,
      run: this.#parts.run,
      task: task.id,
      bundle: load.pool.bundle,
      args,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  #failed(attempt: Attempt, ended: Ended, failed: FailedTry, then?: () => void): void {
    const { action } = attempt;
    const actions = this.#parts.actions();
    const budget = budgetOf(action, failed);
    if (budget === undefined) return this.#endFailed(attempt, ended, failed.fault, then);
    if (budget !== 'none') action.spent[budget] += 1;
    const error = this.#document(attempt, failed.fault);
    action.state = 'queued';
    this.#parts.recorder.commit([{ type: 'attempt.ended', data: { ...ended, failure: failed.fault.failure, error } }], () => then?.());
    if (budget !== 'own') return this.#parts.enqueue(action);
    action.generation += 1;
    if (isOutOfMemory(failed.fault)) action.memoryFactor *= action.policy.growMemory ?? 1;
    actions.cancelChildren(action, `${action.task.id}, which called it, has failed and is tried again`);
    this.#whenChildless(action, () => this.#tryAgain(action));
  }

  #tryAgain(action: Action): void {
    const { timers, enqueue } = this.#parts;
    const pause = retryDelayMs(action.policy.backoff, action.spent.own);
    if (pause > 0) timers.set(action, 'retry', pause, () => enqueue(action));
    else enqueue(action);
  }

  /** What a failed attempt left behind ends before the next one begins. */
  #whenChildless(action: Action, then: () => void): void {
    if (action.children.size === 0) return then();
    action.onChildless = () => {
      action.onChildless = undefined;
      if (action.state === 'queued') then();
    };
  }

  #endFailed(attempt: Attempt, ended: Ended, failedBy: TaskFault, then?: () => void): void {
    const { action } = attempt;
    const fault = action.overdue ?? failedBy;
    if (action.cancelled !== undefined)
      return this.#end(attempt, { ...ended, failure: fault.failure }, { status: 'cancelled', reason: action.cancelled }, then);
    const document = this.#document(attempt, fault);
    this.#parts.actions().cancelChildren(action, `${action.task.id}, which called it, has failed`);
    const result = { status: 'failed', document, wire: wireError(attempt, fault, document.hint) } as const;
    this.#end(attempt, { ...ended, failure: fault.failure, error: document }, result, then);
  }

  #end(attempt: Attempt, ended: Ended, result: ActionResult, then?: () => void): void {
    const event: TypedRunEvent = { type: 'attempt.ended', data: ended };
    this.#parts.actions().end(attempt.action, result, [event], then);
  }

  #over(attempt: Attempt): void {
    attempt.isOver = true;
    attempt.action.attempt = undefined;
    attempt.load.remove(attempt);
    this.#parts.timers.clear(attempt.action, 'queued');
    attempt.load.since = this.#parts.now();
    this.#parts.onOver(attempt);
  }

  #document({ action, number }: Try, fault: TaskFault): ReturnType<typeof faultDocument> {
    const { id: task, environment } = action.task;
    const { root, executorOf } = this.#parts;
    return faultDocument(fault, { task, environment, executor: executorOf(environment), attempt: number, root });
  }
}

function isOf({ action, attempt }: { readonly action: string; readonly attempt: number }, of: Attempt): boolean {
  return action === of.action.id && attempt === of.number;
}

function keyOf({ action, number }: Attempt): { action: string; attempt: number } {
  return { action: action.id, attempt: number };
}

/** The task has not failed: its process was taken away. */
function isLoss({ failure, error }: TaskFault): boolean {
  return failure === 'infrastructure' && error === undefined;
}

function givenUp(reason: string): TaskFault {
  return { failure: 'infrastructure', code: 'AMBIT_WORKER_LOST', message: `Its worker gave it up: ${reason}` };
}

/** What the parent's call rejects with. */
function wireError({ action, number }: Try, fault: TaskFault, hint: string): WireError {
  const { id: task, environment } = action.task;
  return {
    name: 'TaskError',
    message: faultMessage(fault, task),
    code: fault.code,
    fields: encodeValue({ hint }),
    task: { task, environment, attempt: number, failure: fault.failure },
    ...(fault.error ? { cause: fault.error } : {}),
  };
}
