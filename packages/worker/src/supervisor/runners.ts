import type { WireError } from '../protocol/messages.ts';
import type { FromRunner } from '../runner/channel.ts';
import type { StoredBundle } from './bundle-store.ts';
import { deathOutcome } from './death-outcome.ts';
import type { Failed, RunnerExit } from './death-outcome.ts';
import { RunnerProcess } from './runner-process.ts';
import type { RunnerCommand } from './runner-process.ts';
import type { WorkerSecrets } from './worker-secrets.ts';

export interface RunnersParts {
  readonly command: RunnerCommand;
  readonly environment: string;
  readonly secrets: WorkerSecrets;
  /** All that a runner says but of loading. */
  readonly onMessage: (process: RunnerProcess, message: FromRunner) => void;
  readonly onExit: (process: RunnerProcess, exit: RunnerExit) => void;
  readonly onLoaded: (digest: string, failure?: Failed) => void;
}

/** A runner that has loaded a bundle, or one that could not. */
export interface Loaded {
  readonly process: RunnerProcess;
  readonly failure?: Failed;
}

interface Runner {
  readonly process: RunnerProcess;
  bundle?: string;
  loading?: Promise<Failed | undefined>;
  settle?: (failure: Failed | undefined) => void;
  /** It was given an attempt. */
  isUsed: boolean;
}

/** The one runner of a worker, and those that follow it. A runner serves one bundle. */
export class Runners {
  readonly #parts: RunnersParts;
  #current: Runner | undefined;
  /** A load that failed ahead of the attempt that it was for. */
  #failed: (Loaded & { readonly digest: string }) | undefined;
  #hasEnded = false;

  constructor(parts: RunnersParts) {
    this.#parts = parts;
  }

  get process(): RunnerProcess | undefined {
    return this.#current?.process;
  }

  /** Ahead of the bundle. */
  start(): Runner {
    const process: RunnerProcess = new RunnerProcess(this.#parts.command, (message) => this.#receive(runner, message));
    const runner: Runner = { process, isUsed: false };
    this.#current = runner;
    void process.exited.then((exit) => this.#exited(runner, exit));
    return runner;
  }

  /** Whether loading this bundle ahead of an attempt is of use: not again where it failed or the runner died doing nothing. */
  wants({ digest }: StoredBundle): boolean {
    if (this.#hasEnded || this.#failed?.digest === digest) return false;
    const current = this.#current;
    if (!current) return true;
    return current.process.hasExited ? current.isUsed : current.bundle !== digest;
  }

  async prepare(bundle: StoredBundle): Promise<void> {
    const { process, failure } = await this.#load(bundle);
    if (failure) this.#failed = { process, failure, digest: bundle.digest };
  }

  /** For an attempt. A load that failed ahead of it counts for it; the next attempt has another try. */
  async load(bundle: StoredBundle): Promise<Loaded> {
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed?.digest === bundle.digest) return failed;
    const loaded = await this.#load(bundle);
    if (this.#current && !loaded.failure) this.#current.isUsed = true;
    return loaded;
  }

  /** The current one is not to be used again; all that it left is gone when this resolves. */
  async retire(): Promise<void> {
    const current = this.#current;
    await current?.process.kill({ kind: 'retired' });
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.retire();
  }

  async #load(bundle: StoredBundle): Promise<Loaded> {
    const runner = await this.#freeFor(bundle);
    runner.loading ??= this.#tellToLoad(runner, bundle);
    const failure = await runner.loading;
    if (!failure) return { process: runner.process };
    await runner.process.kill({ kind: 'retired' });
    return { process: runner.process, failure };
  }

  async #freeFor({ digest }: StoredBundle): Promise<Runner> {
    const current = this.#current;
    if (!current) return this.start();
    if (!current.process.hasExited && (current.bundle === undefined || current.bundle === digest)) return current;
    await this.retire();
    return this.start();
  }

  async #tellToLoad(runner: Runner, { digest, entry }: StoredBundle): Promise<Failed | undefined> {
    runner.bundle = digest;
    const settled = new Promise<Failed | undefined>((resolve) => (runner.settle = resolve));
    const { secrets } = this.#parts;
    runner.process.send({ type: 'load', digest, entry, secrets: secrets.all });
    const failure = secrets.redacted(await settled);
    this.#parts.onLoaded(digest, failure);
    return failure;
  }

  #receive(runner: Runner, message: FromRunner): void {
    if (message.type === 'loaded') runner.settle?.(loadFailure(message));
    else this.#parts.onMessage(runner.process, message);
  }

  #exited(runner: Runner, exit: RunnerExit): void {
    runner.settle?.(deathOutcome(exit, `code of the environment ${this.#parts.environment}`));
    this.#parts.onExit(runner.process, exit);
  }
}

function loadFailure(loaded: Extract<FromRunner, { type: 'loaded' }>): Failed | undefined {
  const { error, failure = 'configuration', code = 'AMBIT_BUNDLE_NOT_LOADED' } = loaded;
  if (!error) return undefined;
  return { status: 'failed', failure, code, message: sentence(error), error, retryable: failure !== 'configuration' };
}

function sentence({ name, message }: WireError): string {
  return `The code of this environment could not be loaded: ${name}: ${message}`;
}
