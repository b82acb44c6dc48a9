import type { AmbitError, Connection, Digest } from '@ambit/plugin-api';
import type { AttemptMessage, EngineMessage, WorkerMessage, WorkerState } from './messages.ts';
import type { SharedFolder } from './session.ts';
import type { Timings } from './timings.ts';

/** What a worker is, for the hello. */
export interface WorkerIdentity {
  readonly worker: string;
  readonly incarnation: string;
  /** Ed25519, SPKI in DER, base64: who may speak for the run. */
  readonly publicKey: string;
}

/** A bundle as it arrives: each file's bytes must be read to their end before the next file is asked for. */
export interface IncomingBundle {
  readonly digest: string;
  readonly entry: string;
  readonly files: AsyncIterable<{
    readonly path: string;
    readonly size: number;
    readonly mode: number;
    readonly data: AsyncIterable<Uint8Array>;
  }>;
}

/** What the engine may tell a worker once the hello is done. */
export type EngineEvent =
  AttemptMessage | Extract<EngineMessage, { type: 'secrets' | 'cancel' | 'acknowledge' | 'call.outcome' | 'log.stored' | 'shutdown' }>;

/** What a worker tells the engine. */
export type WorkerSend = Extract<
  WorkerMessage,
  { type: 'bundle.loaded' | 'attempt.started' | 'attempt.ended' | 'call' | 'call.cancel' | 'step' | 'log' | 'usage' | 'progress' }
>;

export interface WorkerEndOptions {
  readonly identity: WorkerIdentity;
  /** The highest epoch that any engine has proved to this worker; a connection with a lower one is refused. Raised by `acceptEngine`. */
  readonly epochs: { highest: number };
  /** Asked once, right after the hello: all that the engine may have missed. */
  readonly state: () => WorkerState;
  /** In order, after the hello. Synchronous. */
  readonly onMessage: (message: EngineEvent) => void;
  /** Must read the files; a rejection is the bundle's failure and is told by the caller with `bundle.loaded`. */
  readonly onBundle: (bundle: IncomingBundle) => void;
  /**
   * Called once, when the connection has ended, with the reason; never after `close`. The error's code is
   * `AMBIT_PROTOCOL_BROKEN` where what came cannot be, else `AMBIT_CONNECTION_BROKEN`.
   */
  readonly onEnd: (reason: string, error: AmbitError) => void;
  /** For tests: other times than the usual ones. */
  readonly timings?: Timings;
}

/** The worker's end of a connection to an engine. */
export interface EngineSession {
  readonly epoch: number;
  /** In order. Never throws: what is said on a broken connection is lost, and told again after the next hello. */
  send(message: WorkerSend): void;
  /** Bytes that wait to be sent: a caller that produces much (logs) waits for `drained`. */
  readonly buffered: number;
  drained(): Promise<void>;
  putObject(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }>;
  getObject(digest: Digest, range: { from?: number; to?: number }): AsyncIterable<Uint8Array>;
  /** Where files may be handed over whole, if the engine's store has a folder; whether this worker sees it is another question. */
  objectFolder(): Promise<SharedFolder | undefined>;
  /** Hands over a file that was put into that folder. */
  takeObject(name: string, content: { digest: string; size: number }): Promise<void>;
  /** Where a blob lies in that folder. */
  findObject(digest: string): Promise<string | undefined>;
  close(reason: string): Promise<void>;
}

/** Does the hello; rejects where the engine cannot prove itself (it is told `refused` and the connection is closed). */
export type AcceptEngine = (connection: Connection, options: WorkerEndOptions, signal: AbortSignal) => Promise<EngineSession>;
