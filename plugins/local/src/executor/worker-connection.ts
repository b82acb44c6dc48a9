import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { AmbitError, streamConnection } from '@ambit/plugin-api';
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
    if (socket) return streamConnection(socket, handle.id);
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
