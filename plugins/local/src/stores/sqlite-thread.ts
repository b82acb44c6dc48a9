import { Worker } from 'node:worker_threads';

export interface Statement {
  readonly sql: string;
  readonly params?: readonly (string | number | null | Uint8Array)[];
  /** Give back rows. */
  readonly rows?: boolean;
  /** How many rows or changes there must be; otherwise the whole request is refused and undone. */
  readonly expect?: number;
}

export interface StatementResult {
  readonly rows?: readonly Record<string, unknown>[];
  readonly changes?: number;
  readonly last?: number;
}

export interface ThreadRequest {
  readonly id: number;
  /** `write` is all or nothing, and durable when answered; `close` lets the file go. */
  readonly kind: 'read' | 'write' | 'close';
  readonly file: string;
  /** Makes the file where it is not there. */
  readonly create: boolean;
  readonly statements: readonly Statement[];
}

export type FaultKind = 'missing' | 'newer' | 'refused' | 'damaged' | 'denied' | 'full' | 'failed';

export type ThreadReply =
  | { readonly id: number; readonly results: readonly StatementResult[] }
  | { readonly id: number; readonly fault: FaultKind; readonly message: string };

/** Why the thread did not do what it was asked. */
export class ThreadFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

interface Waiting {
  resolve(results: readonly StatementResult[]): void;
  reject(fault: ThreadFault): void;
}

/** SQLite on a thread of its own: requests that arrive while one transaction is written become the next. */
export class SqliteThread {
  readonly #workerData: { schema: string; version: number };
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ended: Promise<void> | undefined;
  #lastId = 0;

  constructor(schema: string, version: number) {
    this.#workerData = { schema, version };
  }

  /** Starts the thread ahead of its first request. */
  start(): void {
    this.#worker ??= this.#spawn();
  }

  request(
    kind: ThreadRequest['kind'],
    file: string,
    statements: readonly Statement[] = [],
    create = false,
  ): Promise<readonly StatementResult[]> {
    if (this.#ended) return Promise.reject(new ThreadFault('failed', 'the store is closed'));
    const worker = (this.#worker ??= this.#spawn());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) worker.ref();
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, kind, file, create, statements } satisfies ThreadRequest);
    });
  }

  /** What was asked for before is carried out; then the files are closed. */
  end(): Promise<void> {
    const worker = this.#worker;
    this.#ended ??= worker
      ? new Promise((resolve) => {
          worker.ref();
          worker.once('exit', () => resolve());
          worker.postMessage('end');
        })
      : Promise.resolve();
    return this.#ended;
  }

  #spawn(): Worker {
    const worker = new Worker(new URL('./store-thread.js', import.meta.url), { workerData: this.#workerData, execArgv: [] });
    worker.on('message', (replies: readonly ThreadReply[]) => replies.forEach((reply) => this.#settle(worker, reply)));
    worker.on('error', (error) => this.#fail(`its thread failed: ${error.message}`));
    worker.on('exit', () => this.#fail('its thread has ended'));
    worker.unref();
    return worker;
  }

  #settle(worker: Worker, reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0 && !this.#ended) worker.unref();
    if ('results' in reply) waiting?.resolve(reply.results);
    else waiting?.reject(new ThreadFault(reply.fault, reply.message));
  }

  #fail(message: string): void {
    this.#worker = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(new ThreadFault('failed', message));
    this.#waiting.clear();
  }
}
