import type { RunNotice, TypedRunEvent } from '@ambit/engine';
import type { Plan } from '@ambit/core';

export type ShownEvent = TypedRunEvent | RunNotice;

export interface ImageState {
  readonly identity: string;
  readonly label: string;
  readonly builder: string;
  status: 'building' | 'built' | 'exists' | 'failed' | 'skipped';
  readonly startedAt: number;
  durationMs?: number;
  step?: string;
}

export interface ActionState {
  readonly id: string;
  readonly parent?: string;
  readonly task: string;
  readonly children: ActionState[];
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'cached';
  executor?: string;
  attempt: number;
  startedAt?: number;
  durationMs?: number;
  lastLine?: string;
}

/** What a view knows of a run: made from its events, in order. */
export class RunTree {
  readonly images = new Map<string, ImageState>();
  readonly roots: ActionState[] = [];
  readonly counts = { queued: 0, running: 0, done: 0, failed: 0 };
  readonly #actions = new Map<string, ActionState>();
  readonly #labels: ReadonlyMap<string, string>;

  constructor(plan: Plan) {
    this.#labels = new Map(plan.images.map(({ identity, environments }) => [identity, environments.join(', ')]));
  }

  action(id: string): ActionState | undefined {
    return this.#actions.get(id);
  }

  take({ type, data }: ShownEvent, at: number): void {
    switch (type) {
      case 'image.started':
        this.images.set(data.image, {
          identity: data.image,
          label: this.#labels.get(data.image) ?? '',
          builder: data.builder,
          status: 'building',
          startedAt: at,
        });
        break;
      case 'image.progress':
        if (data.name !== undefined) this.#image(data.image, { step: data.name });
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
      case 'action.ended':
        this.#end(data.action, data.status, at);
        break;
      default:
    }
  }

  #image(identity: string, change: Partial<ImageState>): void {
    const image = this.images.get(identity);
    if (image) Object.assign(image, change);
  }

  #create(id: string, task: string, parent: string | undefined): void {
    const action: ActionState = { id, task, children: [], status: 'queued', attempt: 0, ...(parent !== undefined && { parent }) };
    this.#actions.set(id, action);
    (parent === undefined ? this.roots : (this.#actions.get(parent)?.children ?? this.roots)).push(action);
    this.counts.queued += 1;
  }

  #change(id: string, status: 'queued' | 'running', change: Partial<ActionState>): void {
    const action = this.#actions.get(id);
    if (!action) return;
    if (action.status !== status) {
      this.counts[action.status === 'running' ? 'running' : 'queued'] -= 1;
      this.counts[status] += 1;
    }
    Object.assign(action, { status, ...change });
  }

  #log(id: string, text: string): void {
    const action = this.#actions.get(id);
    const last = text.trimEnd().split('\n').at(-1);
    if (action && last) action.lastLine = last;
  }

  #end(id: string, status: ActionState['status'], at: number): void {
    const action = this.#actions.get(id);
    if (!action) return;
    this.counts[action.status === 'running' ? 'running' : 'queued'] -= 1;
    this.counts.done += 1;
    if (status === 'failed') this.counts.failed += 1;
    Object.assign(action, { status, ...(action.startedAt !== undefined && { durationMs: at - action.startedAt }) });
  }
}

/** A length of time for people. */
export function milliseconds(value: number): string {
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(1)} s`;
  const minutes = Math.floor(value / 60_000);
  return minutes < 60 ? `${minutes} min ${Math.floor((value % 60_000) / 1000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
