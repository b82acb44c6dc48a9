import type { CallOptions, FailureClass, Json, WorkerSpec } from '@ambit/plugin-api';
import type { AttemptOutcome, ChildOutcome, EncodedValue, StepMessage, WireError, WorkerSecret } from '../protocol/messages.ts';

// Between a supervisor and its runner, over descriptor 3 of the runner: a private, duplex stream of messages, each a length
// (4 bytes, big endian) and JSON. File contents never take this way: both sides see the same disk.

/** What a runner is told when it is started: the one argument of its command, as JSON. */
export interface RunnerStart {
  readonly run: string;
  readonly environment: string;
  readonly gpus: WorkerSpec['gpus'];
  /**
   * What `NODE_EXTRA_CA_CERTS` is in the runner's environment. The supervisor leaves that variable out when it starts the runner, because Node
   * would read all certificates of the system before anything else (35 ms); the runner sets it for the processes that tasks start, and trusts the
   * file's certificates itself once it needs some.
   */
  readonly certificates?: string;
  /** A folder for drafts of files, on the same file system as the supervisor's own. */
  readonly drafts: string;
}

export type ToRunner =
  /** `entry` is the absolute path of the bundle's module; `secrets` is what code of it may know. Sent once; a runner serves one bundle. */
  | { readonly type: 'load'; readonly digest: string; readonly entry: string; readonly secrets?: readonly WorkerSecret[] }
  | {
      readonly type: 'attempt';
      readonly action: string;
      readonly attempt: number;
      readonly task: string;
      readonly args: EncodedValue;
      /** The working folder, already there. */
      readonly directory: string;
      /** A folder of this attempt's own, which is made when it is needed: for files that are read by path, and directories that are filled. */
      readonly scratch: string;
      /** Where secrets lie that are files while this attempt runs. */
      readonly variables?: Readonly<Record<string, string>>;
    }
  /** Aborts the attempt's signal. What does not end within the grace is killed by the supervisor. */
  | { readonly type: 'cancel'; readonly action: string; readonly attempt: number; readonly reason: string }
  | {
      readonly type: 'call.outcome';
      readonly action: string;
      readonly attempt: number;
      readonly call: number;
      readonly outcome: ChildOutcome;
    }
  /** Answers `file.get`: the absolute path of a whole, read-only file. */
  | { readonly type: 'file.got'; readonly request: number; readonly path?: string; readonly error?: string }
  | { readonly type: 'file.put.done'; readonly request: number; readonly error?: string };

export type FromRunner =
  /** The channel is open; the bundle may be sent. */
  | { readonly type: 'ready'; readonly pid: number }
  | {
      readonly type: 'loaded';
      readonly digest: string;
      /** Ids of the tasks that the bundle defines. */
      readonly tasks: readonly string[];
      readonly error?: WireError;
      readonly failure?: FailureClass;
      readonly code?: `AMBIT_${string}`;
    }
  /** `tainted`: something of the attempt may live on (a child call without end, a rejection that nobody handled). */
  | {
      readonly type: 'ended';
      readonly action: string;
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
      readonly tainted: boolean;
    }
  /** `call` counts from 1 within the attempt. */
  | {
      readonly type: 'call';
      readonly action: string;
      readonly attempt: number;
      readonly call: number;
      readonly task: string;
      readonly args: EncodedValue;
      readonly options?: CallOptions;
    }
  /** To be handed on as it is. */
  | StepMessage
  | { readonly type: 'call.cancel'; readonly action: string; readonly attempt: number; readonly call: number; readonly reason: string }
  | { readonly type: 'progress'; readonly action: string; readonly attempt: number; readonly data: Json }
  /** Before the runner ends by itself: why. `code` as in `AttemptOutcome`. */
  | { readonly type: 'dying'; readonly code: `AMBIT_${string}`; readonly message: string; readonly error?: WireError }
  /** A file was written to `path` in the drafts folder, hashed on the way; the supervisor takes it (moves it) and stores it with the engine. */
  | { readonly type: 'file.put'; readonly request: number; readonly path: string; readonly digest: string; readonly size: number }
  | { readonly type: 'file.get'; readonly request: number; readonly digest: string };
