import { randomBytes } from 'node:crypto';
import type { Stopped } from '../executor.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import { readText, writeText } from '../machine-text.ts';
import type { WorkerRequest } from '../worker-request.ts';
import { checkedWorkerId, workerStateUnusable } from './worker-state.ts';

export type SettledStop = Exclude<Stopped, { stopped: 'no' }>;

/** What came of a start, for good. */
export type StartOutcome<State> = { readonly state: State } | { readonly failed: string };

export interface ReservationFile {
  readonly request: WorkerRequest;
  readonly since: string;
  readonly expiresAt: string;
}

/** What is written of a worker, each once and whole, in this order. */
interface Files<State> {
  readonly reservation: ReservationFile;
  /** Who writes it has the one start of this worker; `refused` where that was a stop. */
  readonly start: { readonly at: string; readonly refused?: true };
  readonly outcome: StartOutcome<State>;
  readonly stop: SettledStop;
}

/**
 * A folder per worker, on the machine that starts workers. The first who writes a file has it, so several engines, and an
 * engine after its crash, see the same.
 */
export class WorkerFiles<State extends Json> {
  readonly #machine: Machine;
  readonly #directory: string;

  constructor(machine: Machine, stateDirectory: string) {
    this.#machine = machine;
    this.#directory = `${stateDirectory}/workers`;
  }

  async ids(signal: AbortSignal): Promise<readonly string[]> {
    const listed = await this.#shell('[ ! -e "$1" ] || ls "$1"', [this.#directory], signal);
    return listed.split('\n').filter((line) => line !== '');
  }

  async read<Name extends keyof Files<State>>(id: string, name: Name, signal: AbortSignal): Promise<Files<State>[Name] | undefined> {
    const path = this.#path(id, name);
    const text = await readText(this.#machine, path, signal);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Files<State>[Name];
    } catch (error) {
      throw workerStateUnusable(path, (error as Error).message, error);
    }
  }

  /** Whether this content is now what stands there; another was there before, else. */
  async claim<Name extends keyof Files<State>>(id: string, name: Name, content: Files<State>[Name], signal: AbortSignal): Promise<boolean> {
    const path = this.#path(id, name);
    const aside = `${path}.${randomBytes(6).toString('hex')}`;
    await writeText(this.#machine, aside, JSON.stringify(content), { signal }).catch((error: unknown) => {
      throw signal.aborted ? error : workerStateUnusable(path, (error as Error).message, error);
    });
    // A link comes to be whole, and only where there is nothing of its name.
    const linked = await this.#shell('if ln "$1" "$2" 2>/dev/null; then echo new; fi; rm -f "$1"; [ -e "$2" ]', [aside, path], signal);
    return linked.trim() === 'new';
  }

  /** The content that counts: this, or what was there before. */
  async settle<Name extends keyof Files<State>>(
    id: string,
    name: Name,
    content: Files<State>[Name],
    signal: AbortSignal,
  ): Promise<Files<State>[Name]> {
    return (await this.claim(id, name, content, signal)) ? content : ((await this.read(id, name, signal)) ?? content);
  }

  async makeFolder(path: string, signal: AbortSignal): Promise<void> {
    await this.#shell('mkdir -p "$1" && chmod 700 "$1"', [path], signal);
  }

  /** Forgets a worker, and removes these folders of it. */
  async forget(id: string, folders: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#shell('rm -rf "$@"', [...folders, `${this.#directory}/${checkedWorkerId(id)}`], signal);
  }

  #path(id: string, name: keyof Files<State>): string {
    return `${this.#directory}/${checkedWorkerId(id)}/${name}.json`;
  }

  async #shell(script: string, paths: readonly string[], signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await this.#machine.run(['sh', '-c', script, 'sh', ...paths], { signal });
    if (code === 0) return decode(stdout);
    throw workerStateUnusable(paths.at(-1) ?? this.#directory, decode(stderr).trim() || `"${script}" ended with exit code ${code}`);
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
