import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { WorkerSpec } from '@ambit/plugin-api';
import type { AttemptMessage, WorkerState } from '../protocol/messages.ts';
import type { AcceptEngine, EngineEvent, IncomingBundle } from '../protocol/worker-end.ts';
import type { FromRunner } from '../runner/channel.ts';
import { AttemptFolders } from './attempt-folders.ts';
import { Attempts } from './attempts.ts';
import { BundleStore } from './bundle-store.ts';
import { failed } from './death.ts';
import type { Failed } from './death.ts';
import { EngineLink } from './engine-link.ts';
import { Lifetime } from './lifetime.ts';
import { listen } from './listen.ts';
import { LogSender } from './log-sender.ts';
import { MemoryWatch } from './memory-watch.ts';
import { ObjectFiles } from './object-files.ts';
import { Outcomes } from './outcomes.ts';
import { runnerCommand } from './runner-command.ts';
import type { RunnerProcess } from './runner-process.ts';
import { runnerWorld } from './runner-environment.ts';
import { Runners } from './runners.ts';

export interface SupervisorParts {
  readonly spec: WorkerSpec;
  readonly accept: AcceptEngine;
  /** Where `runner.js` and `runtime.js` lie. */
  readonly runtimeDirectory: string;
  /** This process's own PATH. */
  readonly path: string | undefined;
  /** Bytes of output that are kept of an attempt. */
  readonly logLimit: number;
  /** The last that it does. */
  readonly exit: (code: number) => void;
}

/** One worker: an engine on one side, a runner on the other, and what has to outlive either. Never runs user code. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #link: EngineLink;
  readonly #runners: Runners;
  readonly #bundles: BundleStore;
  readonly #outcomes: Outcomes;
  readonly #logs: LogSender;
  readonly #attempts: Attempts;
  readonly #objects: ObjectFiles;
  readonly #lifetime: Lifetime;
  /** Of bundles that were loaded, and of those that could not be. */
  readonly #loaded = new Map<string, Failed | undefined>();
  #server: Server | undefined;
  #ending: Promise<void> | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    const { spec, runtimeDirectory } = parts;
    const world = runnerWorld(spec);
    const inWork = (name: string): string => join(spec.workDirectory, name);
    for (const name of ['drafts', 'objects', 'logs']) mkdirSync(inWork(name), { recursive: true, mode: 0o700 });
    this.#link = this.#makeLink();
    this.#outcomes = new Outcomes(inWork('outcomes.jsonl'));
    this.#logs = new LogSender(inWork('logs'), this.#link, parts.logLimit);
    this.#objects = new ObjectFiles(inWork('objects'), inWork('drafts'), this.#link);
    this.#bundles = new BundleStore({
      directory: inWork('bundles'),
      runtimeFile: join(runtimeDirectory, 'runtime.js'),
      ...(world.nodeModules === undefined ? {} : { nodeModules: world.nodeModules }),
    });
    this.#runners = new Runners({
      command: runnerCommand({ ...parts, drafts: inWork('drafts'), world }),
      environment: spec.environment,
      onMessage: (process, message) => this.#fromRunner(process, message),
      onExit: (process, exit) => this.#attempts.died(process, exit),
      onLoaded: (digest, failure) => this.#tellLoaded(digest, failure),
    });
    this.#attempts = this.#makeAttempts(new AttemptFolders(inWork('attempts'), world.workdir));
    this.#lifetime = this.#makeLifetime();
  }

  /** The runner first: it takes longest. */
  start(): void {
    this.#runners.start();
    this.#server = listen(this.#parts.spec.listen, (connection) => void this.#link.admit(connection));
    this.#lifetime.check();
  }

  /** Ends the runner and all that it started, and then this process. */
  end(reason: string, code = 0): Promise<void> {
    this.#ending ??= this.#end(reason, code);
    return this.#ending;
  }

  async #end(reason: string, code: number): Promise<void> {
    this.#server?.close();
    await this.#runners.end();
    await this.#link.close(reason);
    this.#parts.exit(code);
  }

  #makeLink(): EngineLink {
    const { spec, accept } = this.#parts;
    return new EngineLink({
      accept,
      identity: { worker: spec.id, incarnation: crypto.randomUUID(), publicKey: spec.publicKey },
      state: () => this.#state(),
      onMessage: (message) => this.#fromEngine(message),
      onBundle: (bundle) => void this.#storeBundle(bundle),
      onOpen: () => this.#tellAgain(),
      onClose: () => this.#lifetime.check(),
    });
  }

  #makeAttempts(folders: AttemptFolders): Attempts {
    const { spec } = this.#parts;
    const memory = new MemoryWatch({
      process: () => this.#runners.process,
      ...(spec.memoryLimit === undefined ? {} : { limit: spec.memoryLimit }),
      onUsage: (used, peakMemory) => this.#link.send({ type: 'usage', memory: used, peakMemory }),
    });
    return new Attempts({
      graceMs: spec.graceMs,
      link: this.#link,
      bundles: this.#bundles,
      runners: this.#runners,
      outcomes: this.#outcomes,
      logs: this.#logs,
      folders,
      memory,
      onChange: () => this.#lifetime.check(),
    });
  }

  #makeLifetime(): Lifetime {
    return new Lifetime({
      ttlMs: this.#parts.spec.resultTtlMs,
      isBusy: () => this.#attempts.isBusy,
      isConnected: () => this.#link.isConnected,
      isSettled: () => this.#outcomes.size === 0 && this.#logs.isSent,
      end: (reason) => void this.end(reason),
    });
  }

  #state(): WorkerState {
    const bundle = this.#bundles.latest?.digest;
    const unacknowledged = this.#outcomes.unacknowledged();
    return { type: 'state', ...(bundle === undefined ? {} : { bundle }), running: this.#attempts.running(), unacknowledged };
  }

  /** What an engine may have missed, and is not in the state. */
  #tellAgain(): void {
    const latest = this.#bundles.latest?.digest;
    if (latest !== undefined && this.#loaded.has(latest)) this.#tellLoaded(latest, this.#loaded.get(latest));
    this.#attempts.tellAgain();
    this.#logs.rewind();
    this.#lifetime.check();
  }

  #fromEngine(message: EngineEvent): void {
    switch (message.type) {
      case 'attempt':
        return this.#addAttempt(message);
      case 'cancel':
        return this.#attempts.cancel(message);
      case 'call.outcome':
        return this.#attempts.answer(message);
      case 'acknowledge':
        this.#outcomes.acknowledge(message.action, message.attempt);
        return this.#lifetime.check();
      case 'log.stored':
        return this.#logs.store(message.action, message.attempt, message);
      case 'shutdown':
        this.#attempts.close();
        return this.#lifetime.shutDown();
    }
  }

  #addAttempt(message: AttemptMessage): void {
    this.#attempts.add(message);
    const failure = this.#bundles.get(message.bundle) ? undefined : this.#loaded.get(message.bundle);
    if (failure) this.#attempts.fail(message.bundle, failure);
  }

  #fromRunner(process: RunnerProcess, message: FromRunner): void {
    switch (message.type) {
      case 'file.put':
        return void this.#put(process, message);
      case 'file.get':
        return void this.#get(process, message);
      default:
        this.#attempts.receive(process, message);
    }
  }

  async #put(runner: RunnerProcess, { request, path, digest, size }: Extract<FromRunner, { type: 'file.put' }>): Promise<void> {
    try {
      await this.#objects.put(path, digest, size);
      runner.send({ type: 'file.put.done', request });
    } catch (error) {
      runner.send({ type: 'file.put.done', request, error: (error as Error).message });
    }
  }

  async #get(runner: RunnerProcess, { request, digest }: Extract<FromRunner, { type: 'file.get' }>): Promise<void> {
    try {
      runner.send({ type: 'file.got', request, path: await this.#objects.get(digest) });
    } catch (error) {
      runner.send({ type: 'file.got', request, error: (error as Error).message });
    }
  }

  async #storeBundle(incoming: IncomingBundle): Promise<void> {
    const { digest } = incoming;
    try {
      if (!this.#bundles.get(digest)) this.#loaded.delete(digest);
      await this.#bundles.store(incoming);
      if (this.#loaded.has(digest)) this.#tellLoaded(digest, this.#loaded.get(digest));
      this.#attempts.work();
    } catch (error) {
      // A connection that ended in the midst: the next engine sends it again.
      if (!AmbitError.is(error) || !error.code.startsWith('AMBIT_BUNDLE_')) return;
      const failure = failed(error.code === 'AMBIT_BUNDLE_REFUSED' ? 'configuration' : 'infrastructure', error.code, error.message);
      this.#tellLoaded(digest, failure);
      this.#attempts.fail(digest, failure);
    }
  }

  #tellLoaded(digest: string, failure: Failed | undefined): void {
    this.#loaded.set(digest, failure);
    if (!failure) return this.#link.send({ type: 'bundle.loaded', digest });
    const { message, code, error = { name: 'AmbitError', message, code } } = failure;
    this.#link.send({ type: 'bundle.loaded', digest, error, failure: failure.failure, code });
  }
}
