import type { Duplex, Readable } from 'node:stream';
import type { Daemon } from './daemon.ts';
import { DaemonRefusal, isMissing } from './daemon-refusal.ts';

/** Of an inspected container, what is read here. */
export interface ContainerFacts {
  readonly Id: string;
  readonly Created: string;
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> | null };
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly Running: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    /** Of its first process, where it runs; else 0. */
    readonly Pid: number;
    readonly Error: string;
    readonly FinishedAt: string;
  };
}

export interface ListedContainer {
  readonly Id: string;
  readonly State: ContainerFacts['State']['Status'];
  /** Seconds. */
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface ContainerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

export type Created = { readonly id: string } | { readonly conflict: true };

/** What is asked of an engine about containers. */
export class Containers {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** A name that is taken is no error: its container may be the same. */
  async create(name: string, body: object, signal: AbortSignal): Promise<Created> {
    try {
      const { Id: id } = await this.#daemon.json<{ Id: string }>({
        ...{ method: 'POST', path: '/containers/create', query: { name }, body, signal },
      });
      return { id };
    } catch (error) {
      if (error instanceof DaemonRefusal && error.status === 409) return { conflict: true };
      throw error;
    }
  }

  async inspect(container: string, signal: AbortSignal): Promise<ContainerFacts | undefined> {
    return this.#unlessMissing(() => this.#daemon.json<ContainerFacts>({ method: 'GET', path: `/containers/${container}/json`, signal }));
  }

  async list(labels: readonly string[], signal: AbortSignal): Promise<readonly ListedContainer[]> {
    const filters = JSON.stringify({ label: labels });
    return this.#daemon.json({ method: 'GET', path: '/containers/json', query: { all: true, filters }, signal });
  }

  async start(container: string, signal: AbortSignal): Promise<void> {
    await this.#daemon.json({ method: 'POST', path: `/containers/${container}/start`, signal });
  }

  /** Asks it to end, and ends it when the seconds are over. One that has ended, or is gone, is no error. */
  async stop(container: string, seconds: number, signal: AbortSignal): Promise<void> {
    const [path, query] = seconds > 0 ? ['stop', { t: seconds }] : ['kill', { signal: 'KILL' }];
    try {
      await this.#daemon.json({ method: 'POST', path: `/containers/${container}/${path}`, query, signal });
    } catch (error) {
      if (!(error instanceof DaemonRefusal) || (error.status !== 409 && error.status !== 404)) throw error;
    }
  }

  /** With its own volumes. False where it runs; one that is gone is no error. */
  async remove(container: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#daemon.json({ method: 'DELETE', path: `/containers/${container}`, query: { v: true }, signal });
      return true;
    } catch (error) {
      if (!(error instanceof DaemonRefusal) || (error.status !== 409 && error.status !== 404)) throw error;
      // "removal … is already in progress" is 409 too.
      return error.status === 404 || /in progress/.test(error.message);
    }
  }

  async rename(container: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#daemon.json({ method: 'POST', path: `/containers/${container}/rename`, query: { name }, signal });
  }

  /** Unpacks a tar in a folder of it. */
  async upload(container: string, path: string, tar: Readable, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/x-tar' };
    await this.#daemon.json({
      ...{ method: 'PUT', path: `/containers/${container}/archive`, query: { path }, upload: tar, headers, signal },
    });
  }

  async hasFile(container: string, path: string, signal: AbortSignal): Promise<boolean> {
    const found = await this.#unlessMissing(async () => {
      await this.#daemon.json({ method: 'HEAD', path: `/containers/${container}/archive`, query: { path }, signal });
      return true;
    });
    return found === true;
  }

  /** Runs a command beside what is in it. The stream is raw: stdin one way, frames of stdout and stderr the other. */
  async exec(container: string, command: readonly string[], signal: AbortSignal): Promise<Duplex> {
    const body = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false, Cmd: command };
    const { Id } = await this.#daemon.json<{ Id: string }>({ method: 'POST', path: `/containers/${container}/exec`, body, signal });
    return this.#daemon.duplex({ method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false }, signal });
  }

  /** The last that it wrote. */
  async logs(container: string, lines: number, signal: AbortSignal): Promise<Readable> {
    const query = { stdout: true, stderr: true, tail: lines };
    return this.#daemon.stream({ method: 'GET', path: `/containers/${container}/logs`, query, signal });
  }

  /** From now on. */
  async events(labels: readonly string[], signal: AbortSignal): Promise<Readable> {
    const filters = JSON.stringify({ type: ['container'], event: ['start', 'die', 'destroy'], label: labels });
    return this.#daemon.stream({ method: 'GET', path: '/events', query: { filters }, signal });
  }

  async #unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}
