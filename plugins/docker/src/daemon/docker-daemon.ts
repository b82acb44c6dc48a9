import { PassThrough } from 'node:stream';
import type { Duplex, Readable } from 'node:stream';
import { platformOf } from '@ambit/plugin-api';
import type { Logger } from '@ambit/plugin-api';
import type { DockerOptions } from '../options.ts';
import { connectionError, dropped } from './daemon-errors.ts';
import type { Daemon, DaemonCall, DaemonInfo } from './daemon.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { Surroundings } from './docker-config.ts';
import { findEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { openModem } from './modem.ts';
import type { Modem } from './modem.ts';
import { wantsTls } from './tls-errors.ts';

/** A notice after a while; in the end as long as Docker's own command waits. */
const usualPatience = { noticeMs: 2000, limitMs: 10_000 } as const;

/** Opens nothing until it is asked. */
export function dockerDaemon(options: DockerOptions, surroundings: Surroundings, parts: DockerDaemonParts = {}): Daemon {
  return new DockerDaemon(options, surroundings, parts);
}

export interface DockerDaemonParts {
  readonly log?: Logger;
  readonly patience?: { readonly noticeMs: number; readonly limitMs: number };
}

class DockerDaemon implements Daemon {
  readonly #endpoint: () => Promise<Endpoint>;
  readonly #modem: () => Promise<Modem>;
  /** So it is an engine, which takes what it is shown. */
  #hasAnswered = false;
  #isSlowTold = false;
  #info: Promise<DaemonInfo> | undefined;

  constructor(options: DockerOptions, surroundings: Surroundings, { log, patience = usualPatience }: DockerDaemonParts) {
    this.#endpoint = retried(() => findEndpoint(options, surroundings));
    this.#modem = retried(async () => {
      const endpoint = await this.#endpoint();
      return openModem(endpoint, { ...patience, onSlow: () => this.#tellSlow(endpoint, patience.limitMs, log) });
    });
  }

  async address(): Promise<string> {
    return (await this.#endpoint()).address;
  }

  async info(signal: AbortSignal): Promise<DaemonInfo> {
    const asked = (this.#info ??= this.#ask(signal));
    try {
      return await asked;
    } catch (error) {
      if (this.#info === asked) this.#info = undefined;
      // Another one who asked at the same time has left.
      if (!signal.aborted && (error as Error).name === 'AbortError') return this.info(signal);
      throw error;
    }
  }

  async json<T>(call: DaemonCall): Promise<T> {
    const answer = await this.#translated(call.signal, async () => (await this.#modem()).send('json', call));
    return (answer instanceof Uint8Array && answer.length === 0 ? undefined : answer) as T;
  }

  async stream(call: DaemonCall): Promise<Readable> {
    const answer = await this.#translated(call.signal, async () => (await this.#modem()).send('stream', call));
    return this.#watched(answer, call.signal);
  }

  async duplex(call: DaemonCall): Promise<Duplex> {
    return this.#translated(call.signal, async () => (await this.#modem()).send('duplex', call));
  }

  async #translated<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      const answer = await ask();
      this.#hasAnswered = true;
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const endpoint = await this.#endpoint();
      if (!(error instanceof DaemonRefusal)) throw connectionError(error, endpoint, this.#hasAnswered);
      throw /HTTP request to an HTTPS server/i.test(error.reason) ? wantsTls(endpoint.address, error) : error;
    }
  }

  /** Passes on what comes; a connection that ends too early is an error of ours, an abort the reason of its signal. */
  async #watched(answer: Readable, signal: AbortSignal): Promise<Readable> {
    const endpoint = await this.#endpoint();
    const passed = new PassThrough();
    const fail = (error?: unknown): void => {
      const own = (): Error => (error === undefined ? dropped(endpoint.address) : connectionError(error, endpoint, true));
      passed.destroy(signal.aborted ? (signal.reason as Error) : own());
    };
    answer.on('error', fail);
    answer.on('close', () => {
      if (!answer.readableEnded) fail();
    });
    passed.on('close', () => answer.destroy());
    return answer.pipe(passed);
  }

  #tellSlow({ address }: Endpoint, limitMs: number, log: Logger | undefined): void {
    if (this.#isSlowTold) return;
    this.#isSlowTold = true;
    log?.warn(`There is no connection to the Docker engine at ${address} yet; each try is given up after ${limitMs / 1000} s.`);
  }

  async #ask(signal: AbortSignal): Promise<DaemonInfo> {
    const get = <T>(path: string): Promise<T> => this.json<T>({ method: 'GET', path, signal });
    const [info, version] = await Promise.all([get<InfoAnswer>('/info'), get<VersionAnswer>('/version')]);
    return {
      id: info.ID,
      platform: platformOf({ os: version.Os, arch: version.Arch }),
      version: version.Version,
      apiVersion: version.ApiVersion,
      cpus: info.NCPU,
      memory: info.MemTotal,
      cgroupVersion: info.CgroupVersion ?? '1',
      securityOptions: info.SecurityOptions ?? [],
      runtimes: Object.keys(info.Runtimes ?? {}),
      initBinary: info.InitBinary ?? '',
      isPodman: version.Components?.some(({ Name }) => Name.startsWith('Podman')) ?? false,
    };
  }
}

interface InfoAnswer {
  readonly ID: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly InitBinary?: string;
}

interface VersionAnswer {
  readonly Os: string;
  readonly Arch: string;
  readonly Version: string;
  readonly ApiVersion: string;
  readonly Components?: readonly { readonly Name: string }[];
}

/** Done once; what failed is done again for the next who asks. */
function retried<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
