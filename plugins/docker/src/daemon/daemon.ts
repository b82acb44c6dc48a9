import type { Duplex, Readable } from 'node:stream';

/** One request to the engine's API. */
export interface DaemonCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With a slash at its start, without version and query: `/containers/json`. */
  readonly path: string;
  /** Objects travel as JSON, lists repeat their name; what is undefined is left out. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is, instead of a body: a tar. */
  readonly upload?: Readable;
  /** Who asks a registry, for pulls and pushes. */
  readonly auth?: { readonly username: string; readonly password: string; readonly serveraddress: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What the engine says of itself. */
export interface DaemonInfo {
  /** Stable: the engine's own, whatever it is reached by. */
  readonly id: string;
  /** As in `linux/amd64`. */
  readonly platform: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly cpus: number;
  readonly memory: number;
  readonly cgroupVersion: string;
  readonly securityOptions: readonly string[];
  /** Names of the runtimes of containers: `runc`, `nvidia`. */
  readonly runtimes: readonly string[];
  readonly initBinary: string;
  /** Podman answers Docker's calls, and does not do all of them. */
  readonly isPodman: boolean;
}

/**
 * A Docker engine, reached when it is first asked. An engine that does not answer, may not be asked, or goes away rejects with an
 * `AmbitError` that says so; an answer other than a success with a `DaemonRefusal`.
 */
export interface Daemon {
  /** How people know it: `unix:///var/run/docker.sock`. Rejects where the settings of the machine name no engine that can be reached. */
  address(): Promise<string>;
  /** Asked once; a failure is asked again. */
  info(signal: AbortSignal): Promise<DaemonInfo>;
  /** The whole answer: parsed where it is JSON, undefined where it is empty. */
  json<T>(call: DaemonCall): Promise<T>;
  /** An answer that comes in pieces. It fails with an `AmbitError` where the connection breaks. */
  stream(call: DaemonCall): Promise<Readable>;
  /** A connection that is handed over, both ways and raw: attach, exec, session. */
  duplex(call: DaemonCall): Promise<Duplex>;
}
