import type { AmbitError, Connection } from '@ambit/plugin-api';
import type { AttemptMessage, EngineMessage, WorkerMessage, WorkerState } from './messages.ts';
import type { Timings } from './timings.ts';

/** Proves the engine to a worker: signs with the run's private key. */
export type Sign = (text: string) => string;

/** A folder for blobs, and what proves to a worker that it sees it. */
export interface SharedFolder {
  readonly directory: string;
  readonly proof: { readonly name: string; readonly content: string };
}

export interface SessionOptions {
  readonly epoch: number;
  readonly sign: Sign;
  /** The id that the worker must have. */
  readonly worker: string;
  /** Called with every message after the handshake but pings, objects and the handshake itself. Synchronous; in order. */
  readonly onMessage: (message: SessionEvent) => void;
  /**
   * Called once, when the connection has ended, with the reason; never after `close`. The error's code is
   * `AMBIT_PROTOCOL_BROKEN` where what came cannot be, else `AMBIT_CONNECTION_BROKEN`.
   */
  readonly onEnd: (reason: string, error: AmbitError) => void;
  /** For tests: other times than the usual ones. */
  readonly timings?: Timings;
  /** Serves the worker's requests for blobs. */
  readonly objects: {
    put(data: AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }>;
    get(digest: string, range: { from?: number; to?: number }): AsyncIterable<Uint8Array>;
    /** Where the store has a folder on this machine: how a worker that sees it hands files over. */
    readonly folder?: {
      open(): Promise<SharedFolder>;
      take(name: string, digest: string, size: number): Promise<void>;
      path(digest: string): string | undefined;
    };
  };
}

export type SessionEvent = Extract<
  WorkerMessage,
  { type: 'bundle.loaded' | 'attempt.started' | 'attempt.ended' | 'call' | 'call.cancel' | 'step' | 'log' | 'usage' | 'progress' }
>;

export interface BundleFile {
  readonly path: string;
  readonly mode: number;
  readonly data: Uint8Array;
}

/** The engine's end of a connection to one worker. */
export interface WorkerSession {
  readonly incarnation: string;
  /** What the worker said it had after the handshake. */
  readonly state: WorkerState;
  sendBundle(bundle: { digest: string; entry: string; files: readonly BundleFile[] }): void;
  send(
    message: Exclude<EngineMessage, { type: 'hello' | 'bundle' | 'ping' | 'pong' | 'goodbye' | `object.${string}` }> | AttemptMessage,
  ): void;
  /** Says goodbye, flushes and closes. */
  close(reason: string): Promise<void>;
}

export type OpenSession = (connection: Connection, options: SessionOptions, signal: AbortSignal) => Promise<WorkerSession>;
