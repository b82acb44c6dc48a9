import { AmbitError } from '@ambit/plugin-api';
import type { CallOptions } from '@ambit/plugin-api';
import { encodeError, inputDigest } from '@ambit/worker/values';
import type { ChildOutcome, EncodedValue, SessionEvent } from '@ambit/worker/protocol';
import type { TypedRunEvent } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import { Action, childOutcome, SUCCEEDED } from './action.ts';
import type { ActionResult, Caller, RunTask, SettledChild } from './action.ts';
import { actionId, rootActionId } from './action-id.ts';
import type { Attempt } from './attempt.ts';

type CallMessage = Extract<SessionEvent, { type: 'call' }>;
type CallCancel = Extract<SessionEvent, { type: 'call.cancel' }>;

export interface ActionsParts {
  readonly run: string;
  readonly tasks: ReadonlyMap<string, RunTask>;
  readonly recorder: Recorder;
  /** The value of an action that succeeded, from the record. */
  readonly valueOf: (action: string) => Promise<EncodedValue>;
  /** It was called, or called again. */
  readonly onBegun: (action: Action) => void;
  /** It has ended, and this is about to be stored. */
  readonly onEnding: (action: Action) => void;
  readonly enqueue: (action: Action) => void;
  readonly dequeue: (action: Action) => void;
  /** Tells the worker of a placed attempt that it is to end. */
  readonly cancelAttempt: (attempt: Attempt, reason: string) => void;
  /** An attempt began to wait for children, or goes on. */
  readonly changed: (attempt: Attempt) => void;
  readonly onRootEnded: (result: ActionResult) => void;
  readonly onFault: (error: unknown) => void;
}

/** The tree of actions of a run: calls become actions, ends become outcomes of calls. */
export class Actions {
  readonly #parts: ActionsParts;
  #live = 0;
  #idle: (() => void)[] = [];

  constructor(parts: ActionsParts) {
    this.#parts = parts;
  }

  /** Resolves when no action lives. */
  allEnded(): Promise<void> {
    return this.#live === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  root(task: RunTask, input: EncodedValue, options?: CallOptions): Action {
    return this.#create(new Action(rootActionId(this.#parts.run, task.id, input), { task, input, options }));
  }

  /** A call that is told again, after a connection broke, is the call that it was. */
  call(attempt: Attempt, message: CallMessage): void {
    const { call, args, options = {} } = message;
    if (attempt.callIds[call - 1] !== undefined) return this.retell(attempt, call);
    const task = this.#parts.tasks.get(message.task);
    if (!task) return this.#refuse(attempt, call, notPlanned(message.task, attempt.action.task.id));
    let input: string;
    try {
      input = inputDigest(args);
    } catch (error) {
      return this.#refuse(attempt, call, error);
    }
    const parent = attempt.action;
    const { group } = options;
    const occurrence = attempt.occurrence(task.id, input, group);
    const id = actionId({ parent: parent.id, task: task.id, input, group, occurrence });
    attempt.callIds[call - 1] = id;
    const child = parent.children.get(id);
    const settled = parent.settled.get(id);
    if (child) this.#attach(child, { attempt, call });
    else if (settled) this.#replay(settled, id, { attempt, call });
    else this.#create(new Action(id, { task, input: args, parent, options: message.options }), { attempt, call });
    // A parent that is to end may call before it knows that.
    const created = parent.children.get(id);
    if (created && parent.endReason !== undefined) this.cancel(created, parent.endReason);
  }

  /** The outcome of a call, where it is known: it may have been lost on its way. */
  retell(attempt: Attempt, call: number): void {
    const id = attempt.callIds[call - 1];
    const settled = id === undefined || attempt.open.has(call) ? undefined : attempt.action.settled.get(id);
    if (settled?.status === 'succeeded') this.#tellRecorded(id!, { attempt, call });
    else if (settled) this.#tell({ attempt, call }, settled.outcome);
  }

  cancelCall(attempt: Attempt, { call, reason }: CallCancel): void {
    attempt.open.delete(call);
    const child = attempt.action.children.get(attempt.callIds[call - 1] ?? '');
    if (child?.caller?.attempt === attempt) {
      child.caller = undefined;
      this.cancel(child, reason);
    }
    this.#parts.changed(attempt);
  }

  /** Ends an action and all below it. One that is placed ends when its attempt does. */
  cancel(action: Action, reason: string): void {
    if (action.state === 'ended' || action.cancelled !== undefined) return;
    action.cancelled = reason;
    this.cancelChildren(action, reason);
    if (action.state === 'placed') this.#parts.cancelAttempt(action.attempt!, reason);
    else this.end(action, { status: 'cancelled', reason });
  }

  cancelChildren(action: Action, reason: string): void {
    for (const child of [...action.children.values()]) this.cancel(child, reason);
  }

  /** Stores the end of an action, with what ends along with it, and then tells who waits for it. */
  end(action: Action, result: ActionResult, alongWith: readonly TypedRunEvent[] = [], then?: () => void): void {
    if (action.state === 'queued') this.#parts.dequeue(action);
    action.state = 'ended';
    this.#parts.onEnding(action);
    this.#parts.recorder.commit([...alongWith, endedEvent(action, result)], () => {
      then?.();
      this.#settle(action, result);
    });
  }

  #create(action: Action, caller?: Caller): Action {
    const { id, task, parent, input, options } = action;
    this.#parts.recorder.note({
      type: 'action.created',
      data: {
        action: id,
        ...(parent && caller ? { parent: parent.id, call: caller.call } : {}),
        task: task.id,
        environment: task.environment,
        input,
        ...(options?.label === undefined ? {} : { label: options.label }),
        ...(options?.group ? { group: [...options.group] } : {}),
      },
    });
    this.#live += 1;
    parent?.children.set(id, action);
    if (caller) this.#attach(action, caller);
    this.#begin(action);
    return action;
  }

  #begin(action: Action): void {
    this.#parts.onBegun(action);
    this.#parts.enqueue(action);
  }

  #attach(child: Action, { attempt, call }: Caller): void {
    child.caller = { attempt, call };
    child.calledIn = attempt.action.generation;
    child.recalled = child.cancelled !== undefined;
    attempt.open.add(call);
    this.#parts.changed(attempt);
  }

  /** Asked for again by a parent that runs again. */
  #replay(settled: SettledChild, id: string, caller: Caller): void {
    if (settled.status === 'succeeded') return this.#tellRecorded(id, caller);
    const { action, outcome } = settled;
    const { generation } = caller.attempt.action;
    if (settled.status === 'failed' && settled.generation === generation) return this.#tell(caller, outcome);
    this.#reopen(action, caller);
  }

  #reopen(action: Action, caller: Caller): void {
    const parent = caller.attempt.action;
    this.#parts.recorder.note({
      type: 'action.reopened',
      data: { action: action.id, reason: `${parent.task.id} runs again, and asks for it again` },
    });
    parent.settled.delete(action.id);
    parent.children.set(action.id, action);
    this.#live += 1;
    action.reopen();
    this.#attach(action, caller);
    this.#begin(action);
  }

  #settle(action: Action, result: ActionResult): void {
    this.cancelChildren(action, `${action.task.id}, which called it, has ended`);
    const { parent, caller } = action;
    if (!parent) this.#parts.onRootEnded(result);
    else {
      parent.children.delete(action.id);
      parent.settled.set(action.id, settledChild(action, result));
    }
    if (caller && action.recalled && result.status === 'cancelled') this.#reopen(action, caller);
    else if (caller) this.#tell(caller, childOutcome(result));
    if (parent?.children.size === 0) parent.onChildless?.();
    this.#live -= 1;
    if (this.#live === 0) for (const wake of this.#idle.splice(0)) wake();
  }

  #tellRecorded(id: string, caller: Caller): void {
    caller.attempt.open.add(caller.call);
    this.#parts.changed(caller.attempt);
    this.#parts.valueOf(id).then(
      (value) => this.#tell(caller, { status: 'succeeded', value }),
      (error: unknown) => this.#parts.onFault(error),
    );
  }

  #tell({ attempt, call }: Caller, outcome: ChildOutcome): void {
    if (attempt.isOver) return;
    const { action, number: at } = attempt;
    attempt.open.delete(call);
    attempt.load.send({ type: 'call.outcome', action: action.id, attempt: at, call, outcome });
    this.#parts.changed(attempt);
  }

  #refuse(attempt: Attempt, call: number, error: unknown): void {
    this.#tell({ attempt, call }, { status: 'failed', error: encodeError(error) });
  }
}

function settledChild(action: Action, result: ActionResult): SettledChild {
  if (result.status === 'succeeded') return SUCCEEDED;
  return { status: result.status, action, outcome: childOutcome(result), generation: action.calledIn };
}

function endedEvent({ id: action }: Action, result: ActionResult): TypedRunEvent {
  switch (result.status) {
    case 'succeeded':
      return { type: 'action.ended', data: { action, status: 'succeeded', value: result.value } };
    case 'failed':
      return { type: 'action.ended', data: { action, status: 'failed', error: result.document } };
    case 'cancelled':
      return { type: 'action.ended', data: { action, status: 'cancelled', reason: result.reason } };
  }
}

function notPlanned(task: string, caller: string): AmbitError {
  return new AmbitError('AMBIT_TASK_NOT_PLANNED', `${caller} called ${task}, whose environment is not part of this run.`, {
    hint: "Add the task's environment to the caller's dependsOn.",
    facts: { task, caller },
  });
}
