import { policyOfCall } from '@ambit/core';
import type { TaskPolicy } from '@ambit/core';
import type { CallOptions } from '@ambit/plugin-api';
import type { ChildOutcome, EncodedValue, WireError } from '@ambit/worker/protocol';
import type { TaskFault } from '../record/error-document.ts';
import type { ErrorDocument } from '../record/events.ts';
import type { Attempt } from './attempt.ts';

export interface RunTask {
  readonly id: string;
  readonly environment: string;
  readonly policy: TaskPolicy;
}

/** How an action ended. `wire` is the error as its parent gets it. */
export type ActionResult =
  | { readonly status: 'succeeded'; readonly value: EncodedValue }
  | { readonly status: 'failed'; readonly document: ErrorDocument; readonly wire: WireError }
  | { readonly status: 'cancelled'; readonly reason: string };

/** A child that has ended. The value of one that succeeded is in the record; one that did not may be asked for again. */
export type SettledChild =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed' | 'cancelled'; readonly action: Action; readonly outcome: ChildOutcome; readonly generation: number };

export const SUCCEEDED: SettledChild = { status: 'succeeded' };

/** Who waits for an action: one call of one attempt of its parent. */
export interface Caller {
  readonly attempt: Attempt;
  readonly call: number;
}

interface ActionParts {
  readonly task: RunTask;
  readonly input: EncodedValue;
  readonly parent?: Action;
  /** What of this call is other than its task was defined. */
  readonly options?: CallOptions | undefined;
}

/** One call of one task with one set of inputs. */
export class Action {
  readonly id: string;
  readonly task: RunTask;
  readonly input: EncodedValue;
  readonly parent: Action | undefined;
  readonly options: CallOptions | undefined;
  readonly policy: TaskPolicy;
  readonly depth: number;
  state: 'queued' | 'placed' | 'ended' = 'queued';
  queuedAt = 0;
  /** How many attempts there were; the one that is placed is the last. */
  attempts = 0;
  attempt: Attempt | undefined;
  /** What was used up of each budget. */
  readonly spent = { own: 0, infrastructure: 0 };
  /** How much more memory it gets than it asked for, since that was not enough. */
  memoryFactor = 1;
  /** How often it was tried again for a failure of its own: children that failed before that run again. */
  generation = 0;
  /** The parent's generation at the last call. */
  calledIn = 0;
  caller: Caller | undefined;
  /** Why it is to end, once that was asked. */
  cancelled: string | undefined;
  /** A limit of its own that it broke: it ends with that. */
  overdue: TaskFault | undefined;
  /** It was asked for again while it was ending. */
  recalled = false;
  /** Those that live. */
  readonly children = new Map<string, Action>();
  readonly settled = new Map<string, SettledChild>();
  /** What waits until no child lives. */
  onChildless: (() => void) | undefined;

  constructor(id: string, { task, input, parent, options }: ActionParts) {
    this.id = id;
    this.task = task;
    this.input = input;
    this.parent = parent;
    this.options = options;
    this.policy = options ? policyOfCall(task.policy, options) : task.policy;
    this.depth = parent ? parent.depth + 1 : 0;
  }

  /** Why what runs of it is to end. */
  get endReason(): string | undefined {
    return this.cancelled ?? this.overdue?.message;
  }

  /** It begins anew, as if it had just been called. */
  reopen(): void {
    this.cancelled = this.overdue = undefined;
    this.state = 'queued';
    this.spent.own = this.spent.infrastructure = 0;
    this.memoryFactor = 1;
    this.generation += 1;
  }
}

/** What a parent is told of its child. */
export function childOutcome(result: ActionResult): ChildOutcome {
  switch (result.status) {
    case 'succeeded':
      return { status: 'succeeded', value: result.value };
    case 'failed':
      return { status: 'failed', error: result.wire };
    case 'cancelled':
      return { status: 'cancelled', reason: result.reason };
  }
}
