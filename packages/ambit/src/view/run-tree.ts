import type { ActionStatus, RunNotice, TypedRunEvent } from '@ambit/engine';
import type { Plan } from '@ambit/core';
import { builtFor } from './built-for.ts';
import { listed } from './listed.ts';
import { shownLines } from './log-text.ts';

export type ShownEvent = TypedRunEvent | RunNotice;

export interface ImageState {
  readonly identity: string;
  readonly label: string;
  readonly builder: string;
  status: 'building' | 'built' | 'exists' | 'failed' | 'skipped';
  readonly startedAt: number;
  durationMs?: number;
  step?: string;
  /** When that step, or the build, began. */
  stepAt: number;
  /** When anything was heard of it. */
  heardAt: number;
  /** What that step wrote last. */
  lastLine?: string | undefined;
}

export interface ActionState {
  readonly id: string;
  readonly parent?: string;
  readonly task: string;
  readonly children: ActionState[];
  status: ActionStatus;
  executor?: string;
  attempt: number;
  startedAt?: number;
  durationMs?: number;
  /** What it wrote last, or why it failed. */
  lastLine?: string;
  /** Why its last attempt failed, where there was another. */
  lastFailure?: string;
}

/** What a view knows of a run: made from its events, in order. */
export class RunTree {
  readonly images = new Map<string, ImageState>();
  readonly roots: ActionState[] = [];
  readonly #actions = new Map<string, ActionState>();
  readonly #running = new Set<ActionState>();
  readonly #failed = new Set<ActionState>();
  readonly #labels: ReadonlyMap<string, string>;
  #queued = 0;

  constructor(plan: Plan) {
    this.#labels = new Map(plan.images.map(({ identity, environments }) => [identity, listed(environments, 3)]));
  }

  /** How many actions there are. */
  get size(): number {
    return this.#actions.size;
  }

  get counts(): { readonly queued: number; readonly running: number; readonly done: number; readonly failed: number } {
    const [queued, running] = [this.#queued, this.#running.size];
    return { queued, running, done: this.size - queued - running, failed: this.#failed.size };
  }

  /** Something changes even where no event says so: time passes. */
  get isMoving(): boolean {
    return this.#running.size > 0 || [...this.images.values()].some(({ status }) => status === 'building');
  }

  action(id: string): ActionState | undefined {
    return this.#actions.get(id);
  }

  /** What people want to see first. */
  *urgent(): Generator<ActionState> {
    yield* this.#failed;
    yield* this.#running;
  }

  /** The tasks that wait for one, from its caller upwards. */
  *ancestors({ parent }: ActionState): Generator<ActionState> {
    for (let action = this.#parent(parent); action; action = this.#parent(action.parent)) yield action;
  }

  take({ type, data }: ShownEvent, at: number): void {
    switch (type) {
      case 'image.started': {
        const { image: identity, builder } = data;
        // A runtime is none of the plan's images.
        const label = this.#labels.get(identity) ?? builtFor(data);
        this.images.set(identity, { identity, label, builder, status: 'building', startedAt: at, stepAt: at, heardAt: at });
        break;
      }
      case 'image.progress':
        if (data.name === undefined) this.#image(data.image, { heardAt: at });
        else this.#image(data.image, { step: data.name, stepAt: at, heardAt: at, lastLine: undefined });
        break;
      case 'image.log':
        this.#heard(data.image, data.text, at);
        break;
      case 'image.ended':
        this.#image(data.image, { status: data.status, durationMs: data.durationMs });
        break;
      case 'action.created':
        this.#create(data.action, data.task, data.parent);
        break;
      case 'attempt.placed':
        this.#change(data.action, 'queued', { executor: data.executor, attempt: data.attempt });
        break;
      case 'attempt.started':
        this.#change(data.action, 'running', { startedAt: at });
        break;
      case 'attempt.log':
        this.#log(data.action, data.text);
        break;
      case 'attempt.ended':
        this.#endAttempt(data.action, data.error?.message);
        break;
      case 'action.reopened':
        this.#change(data.action, 'queued', {});
        break;
      case 'action.ended':
        this.#end(data.action, data.status, at, data.error?.message);
        break;
      default:
    }
  }

  #parent(id: string | undefined): ActionState | undefined {
    return id === undefined ? undefined : this.#actions.get(id);
  }

  #image(identity: string, change: Partial<ImageState>): void {
    const image = this.images.get(identity);
    if (image) Object.assign(image, change);
  }

  #heard(identity: string, text: string, at: number): void {
    const lastLine = lastLineOf(text);
    this.#image(identity, { heardAt: at, ...(lastLine !== undefined && { lastLine }) });
  }

  #create(id: string, task: string, parent: string | undefined): void {
    const action: ActionState = { id, task, children: [], status: 'queued', attempt: 0, ...(parent !== undefined && { parent }) };
    this.#actions.set(id, action);
    this.#queued += 1;
    (this.#parent(parent)?.children ?? this.roots).push(action);
  }

  #change(id: string, status: ActionStatus, change: Partial<ActionState>): void {
    const action = this.#actions.get(id);
    if (!action) return;
    this.#count(action, -1);
    Object.assign(action, { ...change, status });
    this.#count(action, 1);
  }

  #count(action: ActionState, by: 1 | -1): void {
    const { status } = action;
    if (status === 'queued') this.#queued += by;
    const set = status === 'running' ? this.#running : status === 'failed' ? this.#failed : undefined;
    if (by > 0) set?.add(action);
    else set?.delete(action);
  }

  #log(id: string, text: string): void {
    const action = this.#actions.get(id);
    const last = lastLineOf(text);
    if (action && last !== undefined) action.lastLine = last;
  }

  #endAttempt(id: string, failure: string | undefined): void {
    const action = this.#actions.get(id);
    const [lastFailure] = failure === undefined ? [] : shownLines(failure);
    if (action && lastFailure !== undefined) action.lastFailure = lastFailure;
  }

  #end(id: string, status: ActionStatus, at: number, failure: string | undefined): void {
    const startedAt = this.#actions.get(id)?.startedAt;
    const lastLine = failure === undefined ? undefined : shownLines(failure)[0];
    this.#change(id, status, {
      ...(startedAt !== undefined && { durationMs: at - startedAt }),
      ...(lastLine !== undefined && { lastLine }),
    });
  }
}

function lastLineOf(text: string): string | undefined {
  return shownLines(text.slice(-1000)).findLast((line) => line.trim() !== '');
}
