import type { Connection } from '@ambit/plugin-api';
import type { WorkerState } from '../protocol/messages.ts';
import type { AcceptEngine, EngineEvent, EngineSession, IncomingBundle, WorkerIdentity, WorkerSend } from '../protocol/worker-end.ts';

export interface EngineLinkParts {
  readonly accept: AcceptEngine;
  readonly identity: WorkerIdentity;
  readonly state: () => WorkerState;
  readonly onMessage: (message: EngineEvent) => void;
  readonly onBundle: (bundle: IncomingBundle) => void;
  /** An engine is there that may have missed anything since it was last. */
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** How long who connects may take to prove itself. */
const helloMs = 20_000;

/** The connection to the engine, whichever that is: the newest that proved itself, and none at times. */
export class EngineLink {
  readonly #parts: EngineLinkParts;
  readonly #epochs = { highest: 0 };
  /** Whoever has this is the engine. */
  #holder: object | undefined;
  #session: EngineSession | undefined;
  /** What is said between an engine's hello and its session. */
  #early: WorkerSend[] = [];
  #waiters: ((session: EngineSession) => void)[] = [];

  constructor(parts: EngineLinkParts) {
    this.#parts = parts;
  }

  get session(): EngineSession | undefined {
    return this.#session;
  }

  get isConnected(): boolean {
    return this.#holder !== undefined;
  }

  /** Lost where no engine is there: the state says it to the next. */
  send(message: WorkerSend): void {
    if (this.#session) this.#session.send(message);
    else if (this.#holder) this.#early.push(message);
  }

  /** The session, as soon as an engine is there; one other than `before`, which has ended. */
  async connected(before?: EngineSession): Promise<EngineSession> {
    if (this.#session && this.#session !== before) return this.#session;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async admit(connection: Connection): Promise<void> {
    const { accept, identity, onBundle, onMessage } = this.#parts;
    const holder = {};
    const isHolder = (): boolean => this.#holder === holder;
    try {
      const session = await accept(
        connection,
        {
          identity,
          epochs: this.#epochs,
          state: () => this.#take(holder),
          onMessage: (message) => (isHolder() ? onMessage(message) : undefined),
          onBundle: (bundle) => (isHolder() ? onBundle(bundle) : undefined),
          onEnd: () => this.#leave(holder),
        },
        AbortSignal.timeout(helloMs),
      );
      if (isHolder()) this.#open(session);
      else await session.close('another engine has taken over');
    } catch (error) {
      console.error(`An engine was not let in: ${(error as Error).message}`);
      await connection.close().catch(() => undefined);
      this.#leave(holder);
    }
  }

  async close(reason: string): Promise<void> {
    const session = this.#session;
    this.#holder = undefined;
    this.#session = undefined;
    await session?.close(reason);
  }

  /** From here on the new engine is the one: what is said from now on is for it. */
  #take(holder: object): WorkerState {
    const before = this.#session;
    this.#holder = holder;
    this.#session = undefined;
    this.#early = [];
    before?.close('another engine has taken over').catch(() => undefined);
    return this.#parts.state();
  }

  #open(session: EngineSession): void {
    this.#session = session;
    for (const message of this.#early.splice(0)) session.send(message);
    this.#parts.onOpen();
    for (const waiter of this.#waiters.splice(0)) waiter(session);
  }

  #leave(holder: object): void {
    if (this.#holder !== holder) return;
    this.#holder = undefined;
    this.#session = undefined;
    this.#parts.onClose();
  }
}
