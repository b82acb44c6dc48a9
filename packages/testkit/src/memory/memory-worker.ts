import { randomUUID } from 'node:crypto';
import type { Cause, Clock, Connection, WorkerRequest } from '@ambit/plugin-api';
import { acceptEngine } from '@ambit/worker/protocol';
import type { EngineEvent, EngineSession, IncomingBundle, WorkerSend, WorkerState } from '@ambit/worker/protocol';
import { Bell } from './bell.ts';
import { MemoryAttempt } from './memory-attempt.ts';
import { connectionPair } from './memory-connection.ts';
import type { ConnectionPair } from './memory-connection.ts';
import type { MemoryTask } from './memory-task.ts';

export interface WorkerEnd {
  readonly cause?: Cause;
  readonly exitCode?: number;
}

/** A worker whose attempts run as functions of this process. */
export interface MemoryWorker {
  readonly incarnation: string;
  readonly ended: Promise<WorkerEnd>;
  /** A new connection; an earlier one is broken. */
  connect(): Connection;
  disconnect(): void;
  kill(reason: string): Promise<void>;
}

export interface MemoryWorkerOptions {
  readonly request: WorkerRequest;
  readonly tasks: Readonly<Record<string, MemoryTask>>;
  readonly clock: Clock;
}

export function startMemoryWorker(options: MemoryWorkerOptions): MemoryWorker {
  return new InProcess(options);
}

class InProcess implements MemoryWorker {
  readonly incarnation = randomUUID();
  readonly ended: Promise<WorkerEnd>;
  readonly #options: MemoryWorkerOptions;
  readonly #attempts = new Map<string, MemoryAttempt>();
  /** None of these runs a second time. */
  readonly #acknowledged = new Set<string>();
  readonly #epochs = { highest: 0 };
  readonly #bell = new Bell();
  #bundle: string | undefined;
  #pair: ConnectionPair | undefined;
  #session: EngineSession | undefined;
  /** What is said between the state that an engine is told and its session. */
  #early: WorkerSend[] | undefined;
  #isClosing = false;
  #isOver = false;
  #end: (end: WorkerEnd) => void = () => undefined;

  constructor(options: MemoryWorkerOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  connect(): Connection {
    this.disconnect();
    const pair = connectionPair();
    this.#pair = pair;
    void this.#accept(pair);
    return pair.engine;
  }

  disconnect(): void {
    this.#pair?.break();
    this.#pair = this.#session = this.#early = undefined;
  }

  async kill(reason: string): Promise<void> {
    if (this.#isOver) return;
    const message = `The worker ${this.#options.request.id} ended: ${reason}.`;
    this.disconnect();
    this.#over({ cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_GONE', message, facts: {} } });
    for (const attempt of this.#attempts.values()) attempt.abandon(message);
  }

  /** An engine that does not prove itself is told so by the protocol, and is nobody. */
  async #accept(pair: ConnectionPair): Promise<void> {
    const { id: worker, publicKey } = this.#options.request;
    const isCurrent = (): boolean => this.#pair === pair;
    const session = await acceptEngine(
      pair.worker,
      {
        identity: { worker, incarnation: this.incarnation, publicKey },
        epochs: this.#epochs,
        state: () => {
          if (isCurrent()) this.#early = [];
          return this.#state();
        },
        onMessage: (message) => (isCurrent() ? this.#take(message) : undefined),
        onBundle: (bundle) => (isCurrent() ? void this.#load(bundle) : undefined),
        onEnd: () => {
          if (isCurrent()) this.disconnect();
        },
      },
      AbortSignal.timeout(60_000),
    ).catch(() => undefined);
    if (session && isCurrent()) this.#open(session);
  }

  #open(session: EngineSession): void {
    this.#session = session;
    if (this.#bundle !== undefined) session.send({ type: 'bundle.loaded', digest: this.#bundle });
    for (const attempt of this.#attempts.values()) attempt.tellAgain();
    for (const message of this.#early ?? []) session.send(message);
    this.#early = undefined;
    this.#bell.ring();
  }

  #state(): WorkerState {
    const attempts = [...this.#attempts.values()];
    return {
      type: 'state',
      ...(this.#bundle === undefined ? {} : { bundle: this.#bundle }),
      running: attempts.filter((attempt) => !attempt.report).map((attempt) => attempt.running),
      unacknowledged: attempts.flatMap((attempt) => attempt.report ?? []),
    };
  }

  #take(message: EngineEvent): void {
    switch (message.type) {
      case 'attempt':
        return this.#attempt(message);
      case 'cancel':
        return this.#attempts.get(keyOf(message))?.cancel(message.reason);
      case 'acknowledge':
        return this.#acknowledge(keyOf(message));
      case 'call.outcome':
        return this.#attempts.get(keyOf(message))?.settle(message.call, message.outcome);
      case 'log.stored':
        return this.#attempts.get(keyOf(message))?.forgetLog(message);
      case 'secrets':
        // Functions of this process have no variables and files of their own.
        return;
      case 'shutdown':
        this.#isClosing = true;
        return this.#endIfIdle();
    }
  }

  #acknowledge(key: string): void {
    if (!this.#attempts.get(key)?.report) return;
    this.#attempts.delete(key);
    this.#acknowledged.add(key);
    this.#endIfIdle();
  }

  #attempt(message: Extract<EngineEvent, { type: 'attempt' }>): void {
    const known = this.#attempts.get(keyOf(message));
    if (known) return known.tellState();
    if (this.#acknowledged.has(keyOf(message))) return;
    const attempt = new MemoryAttempt(message, {
      tasks: this.#options.tasks,
      clock: this.#options.clock,
      request: this.#options.request,
      say: (said) => this.#say(said),
      session: () => this.#connected(),
    });
    this.#attempts.set(keyOf(message), attempt);
    void attempt.run();
  }

  /** What is in a bundle is of no use here. */
  async #load(bundle: IncomingBundle): Promise<void> {
    try {
      for await (const { data } of bundle.files) for await (const _ of data) continue;
    } catch {
      // Its connection broke: the engine sends it again.
      return;
    }
    this.#bundle = bundle.digest;
    this.#say({ type: 'bundle.loaded', digest: bundle.digest });
  }

  /** What is said while no engine is there is told to the next one: by the state, or again by the attempts. */
  #say(message: WorkerSend): void {
    if (this.#isOver) return;
    if (this.#session) this.#session.send(message);
    else if (!toldAgain.has(message.type)) this.#early?.push(message);
  }

  async #connected(): Promise<EngineSession> {
    for (;;) {
      const { next: change } = this.#bell;
      if (this.#session) return this.#session;
      await change;
    }
  }

  /** What nobody has acknowledged keeps it alive. */
  #endIfIdle(): void {
    if (!this.#isClosing || this.#attempts.size > 0 || this.#isOver) return;
    const session = this.#session;
    this.#pair = this.#session = this.#early = undefined;
    this.#over({ exitCode: 0 });
    void session?.close('the worker was shut down');
  }

  #over(end: WorkerEnd): void {
    this.#isOver = true;
    this.#end(end);
  }
}

/** What the next engine is told in any case. */
const toldAgain: ReadonlySet<WorkerSend['type']> = new Set(['bundle.loaded', 'call', 'log']);

function keyOf({ action, attempt }: { readonly action: string; readonly attempt: number }): string {
  return `${action}/${attempt}`;
}
