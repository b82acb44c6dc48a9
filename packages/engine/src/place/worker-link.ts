import { AmbitError } from '@ambit/plugin-api';
import type { Cause, Clock, Digest, Executor, Logger, ObjectFolder, ObjectStore } from '@ambit/plugin-api';
import type { OpenSession, SessionEvent, SessionOptions, Sign, WorkerSecret, WorkerSession, WorkerState } from '@ambit/worker/protocol';
import type { EnvironmentBundle } from '@ambit/bundler';
import { lossOf } from './run-worker.ts';
import type { Loss, RunWorker } from './run-worker.ts';
import { within } from './time-limit.ts';

export interface WorkerLinkParts {
  readonly openSession: OpenSession;
  readonly executor: Executor;
  /** What the tasks of the worker may know. */
  readonly secrets: readonly WorkerSecret[];
  readonly objects: ObjectStore;
  readonly epoch: number;
  readonly sign: Sign;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface LinkListener {
  onMessage(message: SessionEvent): void;
  /** After every hello but the first: what the worker has, so that both go on from there. */
  onReconnected(state: WorkerState): void;
  /** Once; nothing comes after it. */
  onLost(loss: Loss): void;
}

const CONNECT_MS = 60_000;
/** How long the stream of a worker that has ended may still bring what it said before. */
const DRAIN_MS = 1_000;
/** How long what nothing waits for may wait for company. */
const SOON_MS = 5;
/** Between tries to connect again. */
const PAUSES_MS = [0, 20, 100, 500, 2_000, 5_000, 5_000];

/** The engine's line to one worker. It is connected again when it breaks; a worker that has ended is lost. */
export class WorkerLink {
  readonly #parts: WorkerLinkParts;
  readonly #worker: RunWorker;
  readonly #bundle: EnvironmentBundle;
  readonly #listener: LinkListener;
  readonly #closing = new AbortController();
  #session: WorkerSession | undefined;
  #ended: Cause | undefined;
  #isOpened = false;
  #isOver = false;
  readonly #soon: Parameters<WorkerSession['send']>[0][] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WorkerLinkParts, worker: RunWorker, bundle: EnvironmentBundle, listener: LinkListener) {
    this.#parts = parts;
    this.#worker = worker;
    this.#bundle = bundle;
    this.#listener = listener;
  }

  /** The first connection. Resolves with the worker's incarnation. */
  async open(signal: AbortSignal): Promise<string> {
    const session = await this.#connect(CONNECT_MS, AbortSignal.any([signal, this.#closing.signal]));
    this.#isOpened = true;
    return session.incarnation;
  }

  /** What is sent while there is no connection is lost: after the next hello both sides say what they have. */
  send(message: Parameters<WorkerSession['send']>[0]): void {
    this.#sendRest();
    this.#session?.send(message);
  }

  /** Goes with what is said next, or a little later: a worker need not be woken for it. */
  sendSoon(message: Parameters<WorkerSession['send']>[0]): void {
    this.#soon.push(message);
    this.#timer ??= setTimeout(() => this.#sendRest(), SOON_MS);
  }

  /** The backend says that the worker has ended. What it said before may still be on its way. */
  hasEnded(cause: Cause): void {
    this.#ended = cause;
    if (!this.#isOpened) return;
    if (!this.#session) return this.#lose({ cause, mayStillRun: false });
    this.#parts.clock.sleep(DRAIN_MS, this.#closing.signal).then(
      () => this.#lose({ cause, mayStillRun: false }),
      () => undefined,
    );
  }

  async close(reason: string): Promise<void> {
    this.#sendRest();
    this.#isOver = true;
    this.#closing.abort(new DOMException('The connection to the worker is closed.', 'AbortError'));
    const session = this.#session;
    this.#session = undefined;
    await session?.close(reason);
  }

  #sendRest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const message of this.#soon.splice(0)) this.#session?.send(message);
  }

  async #connect(milliseconds: number, signal: AbortSignal): Promise<WorkerSession> {
    const { clock, executor, openSession } = this.#parts;
    const { handle } = this.#worker;
    return within({ clock, milliseconds, signal }, async (limited) => {
      const connection = await executor.connect(handle!, limited);
      let isOpen = true;
      const session = await openSession(
        connection,
        this.#options(() => (isOpen = false)),
        limited,
      );
      this.#session = session;
      const { secrets: values } = this.#parts;
      if (values.length > 0) session.send({ type: 'secrets', values });
      if (session.state.bundle !== this.#bundle.digest) session.sendBundle(this.#bundle);
      if (!isOpen) this.#onEnd('it ended at once');
      return session;
    });
  }

  #options(onEarlyEnd: () => void): SessionOptions {
    const { epoch, sign, objects } = this.#parts;
    const { signal } = this.#closing;
    return {
      epoch,
      sign,
      worker: this.#worker.id,
      onMessage: (message) => !this.#isOver && this.#listener.onMessage(message),
      onEnd: (reason) => (this.#session ? this.#onEnd(reason) : onEarlyEnd()),
      objects: {
        put: (data) => objects.put(data, { signal }),
        get: (digest, range) => objects.get(digest as Digest, { ...range, signal }),
        ...(objects.folder && { folder: sharedFolder(objects, objects.folder) }),
      },
    };
  }

  #onEnd(reason: string): void {
    this.#session = undefined;
    if (this.#isOver) return;
    this.#parts.log.debug('The connection to a worker ended.', { worker: this.#worker.id, reason });
    void this.#connectAgain();
  }

  async #connectAgain(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#closing;
    for (const pause of PAUSES_MS) {
      if (pause > 0) await clock.sleep(pause, signal).catch(() => undefined);
      if (this.#isOver) return;
      const loss = this.#ended ? { cause: this.#ended, mayStillRun: false } : await this.#try();
      if (loss === 'connected') return;
      if (loss) return this.#lose(loss);
    }
    this.#lose(await this.#giveUp());
  }

  /** Undefined: it may be tried again. */
  async #try(): Promise<Loss | 'connected' | undefined> {
    try {
      const session = await this.#connect(5_000, this.#closing.signal);
      if (session.incarnation !== this.#worker.incarnation) return lossOf('Its worker was started anew, and knows nothing of it.');
      this.#listener.onReconnected(session.state);
      return 'connected';
    } catch (error) {
      if (this.#isOver) return 'connected';
      if (AmbitError.is(error) && error.code === 'AMBIT_WORKER_GONE') return this.#lossOfGone(error);
      // Another engine has taken the run over: the lease says so soon.
      if (AmbitError.is(error) && error.facts['code'] === 'epoch') return 'connected';
      this.#parts.log.debug('A worker could not be reached.', { worker: this.#worker.id, error: String(error) });
      return undefined;
    }
  }

  async #lossOfGone(error: AmbitError): Promise<Loss | undefined> {
    const found = await this.#parts.executor.find(this.#worker.reservation, this.#closing.signal).catch(() => undefined);
    if (found?.is === 'gone') return { cause: found.cause, mayStillRun: false };
    return found?.is === 'never-started' ? lossOf(error.message) : undefined;
  }

  /** A worker that cannot be reached is replaced only once it is stopped. */
  async #giveUp(): Promise<Loss> {
    const { executor } = this.#parts;
    const { id, handle } = this.#worker;
    const stopped = await executor
      .stop(handle!, { graceMs: 0 }, this.#closing.signal)
      .catch((error: unknown) => ({ stopped: 'no' as const, reason: String(error) }));
    if (stopped.stopped !== 'no') return lossOf(`The worker ${id} could not be reached any more, and was stopped.`);
    return lossOf(`The worker ${id} cannot be reached, nor stopped: ${stopped.reason.replace(/\.$/, '')}.`, true);
  }

  #lose(loss: Loss): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const session = this.#session;
    this.#session = undefined;
    this.#sendRest();
    void session?.close('the worker has ended').catch(() => undefined);
    this.#closing.abort(new DOMException('The worker is lost.', 'AbortError'));
    this.#listener.onLost(loss);
  }
}

function sharedFolder(objects: ObjectStore, folder: ObjectFolder): NonNullable<SessionOptions['objects']['folder']> {
  return {
    open: () => folder.open(),
    take: (name, digest, size) => folder.take(name, { digest: digest as Digest, size }),
    path: (digest) => objects.path?.(digest as Digest),
  };
}
