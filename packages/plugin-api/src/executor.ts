import type { Connection } from './connection.ts';
import type { FailureClass } from './errors.ts';
import type { Digest, Json } from './json.ts';
import type { LocationKind } from './location.ts';
import type { Machine } from './machine.ts';
import type { Placement, WorkerRequest } from './worker-request.ts';

export type StopMechanism = 'cgroup' | 'pid-namespace' | 'container' | 'pod';

export interface Gpu {
  readonly id: string;
  readonly model: string;
  /** Bytes. */
  readonly memory: number;
  readonly place: string;
}

/** What an executor can, probed where it must be. */
export interface ExecutorDescription {
  readonly platforms: readonly string[];
  readonly accepts: readonly LocationKind[];
  /**
   * How it takes the runtime; the first is how it gets it. `directory`: a folder of this machine, where it lies. `copied`: a portable one
   * (`PORTABLE_RUNTIME_DIRECTORY`) on this machine, which it brings along. `image`: a portable one as an image in a registry, pushed by
   * a builder of containers before the first worker is reserved; `copyRuntimeCommand` gets it out.
   */
  readonly runtime: readonly ('directory' | 'image' | 'copied')[];
  readonly enforces: { readonly cpu: boolean; readonly memory: boolean; readonly disk: boolean };
  /** Absent: elastic. `memory` in bytes. */
  readonly capacity?: { readonly cpu: number; readonly memory: number; readonly gpus: readonly Gpu[] };
  /** Whether a worker that waits gives its CPU to others (processes, containers) or keeps it (pods). */
  readonly cpuReturnable: boolean;
  /** The mechanisms by which a stop can be proved here. Empty: every stop is `unconfirmed`. */
  readonly stopProof: readonly StopMechanism[];
  readonly secretsOnDisk: 'never' | 'tmpfs' | 'file';
}

export interface PreflightFinding {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly environment: string;
  readonly severity: 'error' | 'warning';
}

export interface Reserved {
  readonly outcome: 'reserved';
  /** A name of the place that a person knows: a host, a node, `local`. */
  readonly place: string;
  readonly gpus: readonly string[];
  /** What the plugin needs to find and stop the worker again, after a crash too. */
  readonly state: Json;
  /** ISO 8601. When an unstarted reservation expires by itself. */
  readonly expiresAt?: string;
}
export type ReserveAnswer =
  | Reserved
  /** `othersHold`: runs other than this one have some of what is missing, so it may come free without this run's doing. */
  | { readonly outcome: 'wait'; readonly reason: string; readonly retryAfterMs: number; readonly othersHold?: boolean }
  | { readonly outcome: 'never'; readonly reason: string; readonly hint: string };

export type Reservation = Reserved & { readonly request: WorkerRequest };

/** Exact: pod UID, container id, boot id + pid + start time. Never just a name. */
export interface WorkerHandle {
  readonly id: string;
  readonly place: string;
  readonly state: Json;
}

/** A cause in the backend's words, and the class that it means. */
export interface Cause {
  readonly failure: FailureClass;
  readonly code: string;
  readonly message: string;
  readonly facts: Json;
}

export type Found =
  | { readonly is: 'found'; readonly handle: WorkerHandle }
  | { readonly is: 'never-started' }
  | { readonly is: 'gone'; readonly cause: Cause }
  | { readonly is: 'unknown'; readonly reason: string };

export type Stopped =
  | { readonly stopped: 'proved'; readonly mechanism: StopMechanism; readonly evidence: string }
  | { readonly stopped: 'unconfirmed'; readonly evidence: string; readonly reason: string }
  | { readonly stopped: 'no'; readonly reason: string; readonly fencedAfterMs?: number };

export type WorkerEvent =
  | { readonly type: 'synced' }
  | { readonly type: 'pending'; readonly id: string; readonly reason: string; readonly since: string }
  | { readonly type: 'running'; readonly id: string; readonly handle: WorkerHandle }
  | { readonly type: 'ended'; readonly id: string; readonly cause?: Cause; readonly exitCode?: number; readonly signal?: string }
  | {
      readonly type: 'usage';
      readonly id: string;
      readonly memory: number;
      readonly peakMemory?: number;
      readonly cpuMs?: number;
      readonly gpu?: readonly { readonly id: string; readonly memory: number; readonly utilization: number }[];
    }
  | { readonly type: 'unreachable'; readonly place: string; readonly reason: string; readonly since: string };

export interface OwnedItem {
  readonly kind: 'worker' | 'reservation' | 'file' | 'volume';
  readonly id: string;
  readonly run?: string;
  readonly place: string;
  readonly since: string;
}

/**
 * `unknown` (a registry that does not answer) never counts as no. `platforms` are all for which it is there, as in `linux/amd64`;
 * left out where nobody knows, and then it may be there for any.
 */
export type FoundImage =
  | { readonly found: 'yes'; readonly digest?: Digest; readonly platforms?: readonly string[] }
  | { readonly found: 'no' | 'unknown'; readonly reason: string };

/** Manages workers, and nothing else: inputs, outputs, logs, files and secrets go over the connection to the worker. */
export interface Executor {
  describe(signal: AbortSignal): Promise<ExecutorDescription>;
  /**
   * Whether an image that is used as it is can be had: it is there, or a registry has it; `digest` of its content, and the
   * platforms that it is for, where they are known. Asked while planning. Left out by executors that only see when they pull.
   */
  findImage?(reference: string, signal: AbortSignal): Promise<FoundImage>;
  /** Before anything is built: permissions, reachability, images' platforms, volumes, options. */
  preflight(requests: readonly WorkerRequest[], signal: AbortSignal): Promise<readonly PreflightFinding[]>;
  /**
   * Quick, never queues. The engine stores the answer before anything else. A reservation that is never started expires by
   * itself. The same id again gives the same answer. Where images are known before the place (all builders but those with
   * `perMachine`), `placement` comes along.
   */
  reserve(request: WorkerRequest, placement: Placement | undefined, signal: AbortSignal): Promise<ReserveAnswer>;
  /** The machine of a reservation's place, where layers can be realised as directories. */
  machine?(reservation: Reservation): Machine | undefined;
  /**
   * Image and runtime onto a place that is known before the start. Idempotent, shared per place and digest. Executors that
   * have no place before the start leave it out and report pulling through `observe`.
   */
  prepare?(
    reservation: Reservation,
    placement: Placement,
    signal: AbortSignal,
  ): AsyncIterable<{ what: 'image' | 'runtime'; done: number; total?: number }>;
  /**
   * Idempotent on the request's id. An id that was stopped never starts again, until its release. Socket paths are the
   * executor's to choose: short (Node cuts those over 107 bytes in silence), in a folder of mode 0700. An error of `prepare` or
   * `start` whose facts say `failure: 'configuration'` (an image, a right or a network that is refused) is not tried again.
   */
  start(reservation: Reservation, placement: Placement, signal: AbortSignal): Promise<WorkerHandle>;
  /**
   * After a crash: is there a worker for this reservation? `unknown` (the host is unreachable) never permits a second start.
   */
  find(reservation: Reservation, signal: AbortSignal): Promise<Found>;
  /**
   * One stream for all workers of an owner: a snapshot, `synced`, then changes. Ends only by abort; a lost backend is
   * reported and looked for again.
   */
  observe(owner: string, signal: AbortSignal): AsyncIterable<WorkerEvent>;
  /**
   * A byte stream to the worker's socket, once it listens. Both ends ping at least every 20 s, and a relay between them ends
   * by itself when pings stop. A worker that has ended: an error with code `AMBIT_WORKER_GONE`.
   */
  connect(handle: WorkerHandle, signal: AbortSignal): Promise<Connection>;
  /**
   * `proved`: everything that the worker started is gone, with mechanism and evidence. `unconfirmed`: what is known of it is
   * gone (no proof is to be had here, or a process may have escaped). `no`: it lives, or its place cannot be reached. Works
   * from a reservation alone. Asked again, it gives the first answer that was not `no`.
   */
  stop(target: WorkerHandle | Reservation, options: { graceMs: number }, signal: AbortSignal): Promise<Stopped>;
  /** Gives the space back and forgets the id. Idempotent. Refused where the worker was not stopped, or its stop answered `no`. */
  release(reservation: Reservation, signal: AbortSignal): Promise<void>;
  /** All that exists for an owner, whoever made it: the engine decides what is orphaned. */
  list(owner: string, signal: AbortSignal): AsyncIterable<OwnedItem>;
  dispose(): Promise<void>;
}
