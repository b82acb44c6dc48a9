import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import type { Connection } from '@ambit/plugin-api';

/** A connection as an executor gives it, and the socket under it, to break. */
export interface OpenConnection extends Connection {
  readonly socket: Socket;
}

/** Waits until somebody listens. */
export async function connectTo(path: string | number): Promise<OpenConnection> {
  for (const until = Date.now() + 10_000; ;) {
    const socket = await tryConnect(path);
    if (socket) return connection(socket);
    if (Date.now() > until) throw new Error(`nobody listens on ${path}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function tryConnect(path: string | number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = typeof path === 'number' ? createConnection(path, '127.0.0.1') : createConnection(path);
    socket.once('connect', () => resolve(socket.removeAllListeners('error').on('error', () => undefined)));
    socket.once('error', () => resolve(undefined));
  });
}

function connection(socket: Socket): OpenConnection {
  return {
    socket,
    input: socket as AsyncIterable<Uint8Array>,
    write: (data) => new Promise((resolve, reject) => socket.write(data, (error) => (error ? reject(error) : resolve()))),
    close: async () => {
      socket.destroySoon();
    },
  };
}
