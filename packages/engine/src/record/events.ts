import type { FailureClass, Json, StopMechanism } from '@ambit/plugin-api';
import type { WireError } from '@ambit/worker/protocol';

/** An error as every document shows it (`cli.md`). */
export interface ErrorDocument {
  readonly code: string;
  readonly failure?: FailureClass;
  readonly message: string;
  readonly hint: string;
  readonly task?: string;
  readonly environment?: string;
  readonly executor?: string;
  readonly attempt?: number;
  /** The innermost frame in the user's files of the innermost cause. */
  readonly at?: string;
  readonly name?: string;
  readonly stack?: string;
  readonly cause?: ErrorDocument;
  /** What a program may want to know of it: of a failed build `step`, `command`, `exitCode`, `log`, `environments`. */
  readonly facts?: Readonly<Record<string, Json>>;
}

export type ActionStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

export interface StopEvidence {
  readonly worker: string;
  /** Absent where the stop is unconfirmed. */
  readonly mechanism?: StopMechanism;
  readonly detail: string;
}

/**
 * What the record of a run consists of, by type of event. `value`, `args` and `input` are encoded values
 * (`@ambit/worker/values`). Everything here is stored; `RunNotice` has what is only shown.
 */
export interface RunEventData {
  'run.created': { task: string; args: string; tags: Record<string, string>; executors: Record<string, string> };
  'plan.ready': { digest: string; environments: number; images: number };
  /** `runtime`: what these environments are run with, and not what they run in. */
  'image.started': { image: string; environments: string[]; builder: string; runtime?: true };
  'image.ended': { image: string; status: 'built' | 'exists' | 'failed' | 'skipped'; durationMs: number; error?: ErrorDocument };
  /** With what was asked for, so that the worker can be found and stopped from the record alone. */
  'worker.reserved': { worker: string; environment: string; executor: string; place: string; gpus: string[]; state: Json; request: Json };
  'worker.prepared': { worker: string };
  'worker.start-requested': { worker: string };
  'worker.started': { worker: string; state: Json };
  'worker.connected': { worker: string; incarnation: string };
  'worker.lost': { worker: string; reason: string };
  'worker.stopped': { worker: string; confirmed: boolean; mechanism?: StopMechanism; detail: string };
  'action.created': {
    action: string;
    parent?: string;
    call?: number;
    task: string;
    environment: string;
    input: string;
    /** For people. */
    label?: string;
    /** The labels of the groups around the call, the outermost first. */
    group?: string[];
  };
  /** The intent, and the hand-over to a worker: one commit. */
  'attempt.placed': {
    action: string;
    attempt: number;
    worker: string;
    incarnation: string;
    executor: string;
    place: string;
    queuedMs: number;
  };
  'attempt.started': { action: string; attempt: number };
  /** What a step gave, or threw. `step` counts from 1 within the attempt, in the order in which steps begin. */
  'step.recorded': { action: string; attempt: number; step: number; name: string; value?: string; error?: WireError };
  'attempt.ended': {
    action: string;
    attempt: number;
    outcome: 'succeeded' | 'failed' | 'cancelled' | 'lost';
    failure?: FailureClass;
    peakMemory?: number;
    error?: ErrorDocument;
  };
  /** A failed or cancelled child that its parent's own retry asks for again: what was said of its end does not hold any more. */
  'action.reopened': { action: string; reason: string };
  'action.ended': {
    action: string;
    status: Exclude<ActionStatus, 'queued' | 'running'>;
    value?: string;
    error?: ErrorDocument;
    reason?: string;
  };
  'run.ended': {
    status: 'succeeded' | 'failed' | 'cancelled';
    value?: string;
    error?: ErrorDocument;
    reason?: string;
    cancel?: { confirmed: boolean; evidence: StopEvidence[] };
    durationMs: number;
  };
}
export type RunEventType = keyof RunEventData;
export type TypedRunEvent = { [T in RunEventType]: { readonly type: T; readonly data: RunEventData[T] } }[RunEventType];

/** Shown as it happens, never stored as an event. Log text is whole lines where the task wrote whole lines. */
export type RunNotice =
  | {
      readonly type: 'image.progress';
      readonly data: { image: string; step: number; of?: number; name?: string; done?: number; total?: number; unit?: 'bytes' | 'items' };
    }
  | { readonly type: 'image.log'; readonly data: { image: string; stream: 'stdout' | 'stderr'; text: string } }
  | {
      readonly type: 'attempt.log';
      readonly data: { action: string; attempt: number; task: string; stream: 'stdout' | 'stderr'; text: string };
    }
  /** How far a task says that it is: `{ done, total?, note? }`. */
  | { readonly type: 'attempt.progress'; readonly data: { action: string; attempt: number; task: string; progress: Json } };
