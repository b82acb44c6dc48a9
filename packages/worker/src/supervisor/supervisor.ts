import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { WorkerSpec } from '@ambit/plugin-api';
import type { AttemptMessage, WorkerState } from '../protocol/messages.ts';
import type { AcceptEngine, EngineEvent } from '../protocol/worker-end.ts';
import type { FromRunner } from '../runner/channel.ts';
import { AttemptFolders } from './attempt-folders.ts';
import { Attempts } from './attempts.ts';
import { BundleIntake } from './bundle-intake.ts';
import { BundleStore } from './bundle-store.ts';
import { EngineLink } from './engine-link.ts';
import { Lifetime } from './lifetime.ts';
import { listen } from './listen.ts';
import { LogSender } from './log-sender.ts';
import { MemoryWatch } from './memory-watch.ts';
import { ObjectFiles } from './object-files.ts';
import { Outcomes } from './outcomes.ts';
import { runnerCommand } from './runner-command.ts';
import type { RunnerProcess } from './runner-process.ts';
import { runnerWorld } from './runner-world.ts';
import { Runners } from './runners.ts';
import { WorkerSecrets } from './worker-secrets.ts';

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
  readonly #intake: BundleIntake;
  readonly #outcomes: Outcomes;
  readonly #logs: LogSender;
  readonly #attempts: Attempts;
  readonly #secrets: WorkerSecrets;
  readonly #objects: ObjectFiles;
  readonly #lifetime: Lifetime;
  #server: Server | undefined;
  #ending: Promise<void> | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    const { spec, runtimeDirectory } = parts;
    const world = runnerWorld(spec);
    const inWork = (name: string): string => join(spec.workDirectory, name);
    for (const name of ['drafts', 'objects', 'logs']) mkdirSync(inWork(name), { recursive: true, mode: 0o700 });
    this.#link = this.#makeLink();
    this.#secrets = new WorkerSecrets(inWork('secrets'));
    this.#outcomes = new Outcomes(inWork('outcomes.jsonl'));
    this.#logs = new LogSender({
      directory: inWork('logs'),
      link: this.#link,
      limit: parts.logLimit,
      onSent: () => this.#lifetime.check(),
    });
    this.#objects = new ObjectFiles(inWork('objects'), inWork('drafts'), this.#link);
    this.#bundles = new BundleStore({
      directory: inWork('bundles'),
      runtimeFile: join(runtimeDirectory, 'runtime.js'),
      ...(world.nodeModules === undefined ? {} : { nodeModules: world.nodeModules }),
    });
    this.#intake = new BundleIntake({
      store: this.#bundles,
      link: this.#link,
      onStored: () => this.#attempts.work(),
      onRefused: (digest, failure) => this.#attempts.fail(digest, failure),
    });
    this.#runners = new Runners({
      command: runnerCommand({ ...parts, drafts: inWork('drafts'), world }),
      environment: spec.environment,
      secrets: this.#secrets,
      onMessage: (process, message) => this.#fromRunner(process, message),
      onExit: (process, exit) => this.#attempts.died(process, exit),
      onLoaded: (digest, failure) => this.#intake.loaded(digest, failure),
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
    // Its last words: where an executor looks for the cause of an end.
    console.error(`The worker has ended: ${reason}.`);
    this.#server?.close();
    this.#attempts.end();
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
      onBundle: (bundle) => void this.#intake.take(bundle),
      onOpen: () => this.#tellAgain(),
      onClose: () => {
        this.#attempts.work();
        this.#lifetime.check();
      },
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
      secrets: this.#secrets,
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
    this.#intake.tellAgain();
    this.#attempts.tellAgain();
    this.#attempts.work();
    this.#logs.rewind();
    this.#lifetime.check();
  }

  #fromEngine(message: EngineEvent): void {
    switch (message.type) {
      case 'secrets':
        return this.#secrets.take(message.values);
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
    const refusal = this.#intake.refusal(message.bundle);
    if (refusal) this.#attempts.fail(message.bundle, refusal);
  }

  #fromRunner(process: RunnerProcess, message: FromRunner): void {
    switch (message.type) {
      case 'file.put':
      case 'file.get':
        return void this.#objects.serve(process, message);
      default:
        this.#attempts.receive(process, message);
    }
  }
}
