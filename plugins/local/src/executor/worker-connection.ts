import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { AmbitError } from '@ambit/plugin-api';
import type { Connection, WorkerHandle } from '@ambit/plugin-api';
import { pause } from './ground.ts';
import type { Ground } from './ground.ts';
import { endOf, lives, startOf } from './worker-state.ts';

/** Connects once the worker listens. */
export async function connectWorker(ground: Ground, handle: WorkerHandle, signal: AbortSignal): Promise<Connection> {
  const start = startOf(handle);
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const socket = existsSync(start.socket) ? await tryConnect(start.socket, handle.id) : undefined;
    if (socket) return new SocketConnection(socket, handle.id);
    if (tries % 10 === 0 && !(await lives(ground, start))) throw gone(ground, handle);
    await pause(tries < 500 ? 1 : 10);
  }
}

/** Undefined while nobody listens. */
function tryConnect(path: string, id: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'EAGAIN') resolve(undefined);
      else reject(broken(id, error));
    });
  });
}

class SocketConnection implements Connection {
  readonly input: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;
  readonly #worker: string;

  constructor(socket: Socket, worker: string) {
    this.#socket = socket;
    this.#worker = worker;
    // An error is told by the iteration and by the next write; without a listener it would end the process.
    socket.on('error', () => undefined);
    this.input = this.#read();
  }

  async write(data: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (!socket.writable) throw broken(this.#worker, socket.errored);
    if (socket.write(data)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        socket.off('drain', settle).off('close', settle);
        if (socket.writable) resolve();
        else reject(broken(this.#worker, socket.errored));
      };
      socket.on('drain', settle).on('close', settle);
    });
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket.closed) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.destroySoon();
    await closed;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#socket) yield chunk as Buffer;
    } catch (error) {
      // What was closed on this side has ended, not broken.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw broken(this.#worker, error);
    }
  }
}

function gone(ground: Ground, handle: WorkerHandle): AmbitError {
  const { cause } = endOf(ground, handle.id, startOf(handle));
  return new AmbitError('AMBIT_WORKER_GONE', cause?.message ?? `The worker ${handle.id} has ended.`, {
    hint: 'Start another worker for what it was to do.',
    facts: { worker: handle.id, ...(cause ? { cause: cause.facts } : {}) },
  });
}

function broken(worker: string, cause: unknown): AmbitError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new AmbitError('AMBIT_WORKER_CONNECTION', `The connection to the worker ${worker} is broken${why}.`, {
    hint: 'Connect again, or find out whether the worker still lives.',
    facts: { worker },
    cause,
  });
}
