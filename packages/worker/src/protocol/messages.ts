import type { CallOptions, FailureClass, Json } from '@ambit/plugin-api';

/** The versions of the protocol that this code speaks: both ends take the highest that both have. */
export const PROTOCOL_VERSIONS = { min: 1, max: 1 } as const;

/** An encoded value (`@ambit/worker/values`): travels as text and is read only where it is used. */
export type EncodedValue = string;

/** An error on its way: never with what is not JSON. `fields` are the error's own, encoded; `value` is what was thrown where that was no Error. */
export interface WireError {
  readonly name: string;
  /** The built-in class that it is of, where its name says another. */
  readonly class?: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly fields?: EncodedValue;
  readonly value?: EncodedValue;
  readonly cause?: WireError;
  /** Set where the error is a task's (a `TaskError`). */
  readonly task?: { readonly task: string; readonly environment: string; readonly attempt: number; readonly failure: FailureClass };
}

/** How an attempt ended, as the worker saw it. What the backend knows (out of memory, eviction) overrides it in the engine. */
export type AttemptOutcome =
  | { readonly status: 'succeeded'; readonly value: EncodedValue }
  | {
      readonly status: 'failed';
      readonly failure: FailureClass;
      readonly code: `AMBIT_${string}`;
      readonly message: string;
      readonly error?: WireError;
      readonly retryable: boolean;
    }
  | { readonly status: 'cancelled'; readonly reason: string };

export interface AttemptReport {
  readonly action: string;
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly peakMemory?: number;
  /** The runner is not to be used again: it was killed, or left something behind. */
  readonly tainted: boolean;
}

/** What happened to a child call, for its parent. */
export type ChildOutcome =
  | { readonly status: 'succeeded'; readonly value: EncodedValue }
  | { readonly status: 'failed'; readonly error: WireError }
  | { readonly status: 'cancelled'; readonly reason: string };

/** First, from the worker: who it is, and a nonce. */
export interface WorkerHello {
  readonly type: 'hello';
  readonly versions: { readonly min: number; readonly max: number };
  readonly worker: string;
  /** New for every start of a supervisor. */
  readonly incarnation: string;
  /** 32 random bytes, base64. */
  readonly nonce: string;
}

/** The engine's answer. The signature (Ed25519, base64) is over `ambit/1\n<worker>\n<incarnation>\n<nonce>\n<epoch>`. The highest epoch wins: a lower one is refused. */
export interface EngineHello {
  readonly type: 'hello';
  readonly version: number;
  readonly epoch: number;
  readonly signature: string;
}

/**
 * From the worker after every hello: all that the engine may have missed. Open calls, and output that was not stored, are told
 * again after it.
 */
export interface WorkerState {
  readonly type: 'state';
  readonly bundle?: string;
  /** Attempts that run, with the ids of their open child calls. */
  readonly running: readonly { readonly action: string; readonly attempt: number; readonly calls: readonly number[] }[];
  /** Outcomes that no engine has acknowledged. */
  readonly unacknowledged: readonly AttemptReport[];
}

/** Code for a worker: the files follow, one after the other, on the stream `stream`. Paths are relative, without `..`. `entry` is the module to import. */
export interface BundleMessage {
  readonly type: 'bundle';
  readonly digest: string;
  readonly entry: string;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
  readonly stream: number;
}

/** A secret of the worker's environment: a variable of this name with the value, or with the path of a file that has it. */
export type WorkerSecret =
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  | { readonly kind: 'file'; readonly name: string; readonly value: string; readonly path: string };

/** What tasks of this worker may know; sent after a hello, before the bundle. Kept in memory only, and never logged. */
export interface SecretsMessage {
  readonly type: 'secrets';
  readonly values: readonly WorkerSecret[];
}

/** Idempotent by (action, attempt): one that runs or has ended already is answered with its state. */
export interface AttemptMessage {
  readonly type: 'attempt';
  readonly action: string;
  readonly attempt: number;
  readonly run: string;
  readonly task: string;
  readonly bundle: string;
  /** All positional arguments, as one encoded array. */
  readonly args: EncodedValue;
  readonly timeoutMs?: number;
}

export type EngineMessage =
  | EngineHello
  | SecretsMessage
  | BundleMessage
  | AttemptMessage
  | { readonly type: 'cancel'; readonly action: string; readonly attempt: number; readonly reason: string }
  /** After commit: the worker may forget the outcome. */
  | { readonly type: 'acknowledge'; readonly action: string; readonly attempt: number }
  | {
      readonly type: 'call.outcome';
      readonly action: string;
      readonly attempt: number;
      readonly call: number;
      readonly outcome: ChildOutcome;
    }
  /** How much of an attempt's log is stored, in bytes per stream: the worker may forget it. */
  | { readonly type: 'log.stored'; readonly action: string; readonly attempt: number; readonly stdout: number; readonly stderr: number }
  /** Answers `object.put` and `object.get`. A `get` is followed by its bytes on `stream`. */
  | {
      readonly type: 'object.put.done';
      readonly request: number;
      readonly digest?: string;
      readonly size?: number;
      readonly error?: string;
    }
  | { readonly type: 'object.get.data'; readonly request: number; readonly stream?: number; readonly error?: string }
  /** Answers `object.folder`: where the store's own folder is, if it has one, and what a worker that sees it can read there. */
  | {
      readonly type: 'object.folder.is';
      readonly request: number;
      readonly directory?: string;
      readonly proof?: { readonly name: string; readonly content: string };
    }
  /** Answers `object.find`: where the blob lies in that folder. */
  | { readonly type: 'object.found'; readonly request: number; readonly path?: string }
  /** No more attempts will come: end when none runs. */
  | { readonly type: 'shutdown' }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  | { readonly type: 'goodbye'; readonly reason: string };

/**
 * A task ran a step: what it gave is to be recorded, so that a later attempt can be given the same. `step` counts from 1 within
 * the attempt, in the order in which steps begin; messages come in the order in which they end. Idempotent by (action, attempt,
 * step). Either `value` or `error` is there. A step whose attempt ends first is not told.
 */
export interface StepMessage {
  readonly type: 'step';
  readonly action: string;
  readonly attempt: number;
  readonly step: number;
  readonly name: string;
  readonly value?: EncodedValue;
  readonly error?: WireError;
}

export type WorkerMessage =
  | WorkerHello
  | WorkerState
  | { readonly type: 'refused'; readonly code: 'epoch' | 'signature' | 'version'; readonly message: string }
  /** The runner has loaded the bundle; or could not, which is a `configuration` failure of every attempt on it (`user` where the user's code threw). */
  | {
      readonly type: 'bundle.loaded';
      readonly digest: string;
      readonly error?: WireError;
      readonly failure?: FailureClass;
      readonly code?: `AMBIT_${string}`;
    }
  | { readonly type: 'attempt.started'; readonly action: string; readonly attempt: number; readonly at: string }
  | { readonly type: 'attempt.ended'; readonly report: AttemptReport }
  /**
   * A task called a task. `call` counts from 1 within the attempt, in call order. `options` say what of this call is other than
   * the task was defined, and its group, which is part of the action's identity: occurrences count per group.
   */
  | {
      readonly type: 'call';
      readonly action: string;
      readonly attempt: number;
      readonly call: number;
      readonly task: string;
      readonly args: EncodedValue;
      readonly options?: CallOptions;
    }
  | StepMessage
  /** The attempt does not want the outcome any more. */
  | { readonly type: 'call.cancel'; readonly action: string; readonly attempt: number; readonly call: number; readonly reason: string }
  /** Bytes of an attempt's output as UTF-8 or not, base64; `offset` counts bytes of the stream from the attempt's start. */
  | {
      readonly type: 'log';
      readonly action: string;
      readonly attempt: number;
      readonly stream: 'stdout' | 'stderr';
      readonly offset: number;
      readonly at: string;
      readonly data: string;
    }
  /** The blob's bytes follow on `stream`. */
  | { readonly type: 'object.put'; readonly request: number; readonly stream: number }
  | { readonly type: 'object.get'; readonly request: number; readonly digest: string; readonly from?: number; readonly to?: number }
  /** Whether blobs may be handed over in a folder that both see. */
  | { readonly type: 'object.folder'; readonly request: number }
  /** A whole file was put into that folder for the store to take; answered by `object.put.done`. */
  | { readonly type: 'object.take'; readonly request: number; readonly name: string; readonly digest: string; readonly size: number }
  | { readonly type: 'object.find'; readonly request: number; readonly digest: string }
  | { readonly type: 'usage'; readonly memory: number; readonly peakMemory: number }
  /** `data` is `{ done, total?, note? }`, as the task said it last; at most some ten a second. */
  | { readonly type: 'progress'; readonly action: string; readonly attempt: number; readonly data: Json }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  | { readonly type: 'goodbye'; readonly reason: string };
