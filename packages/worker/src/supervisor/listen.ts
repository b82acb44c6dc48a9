import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { AmbitError } from '@ambit/plugin-api';
import type { Connection, WorkerListen } from '@ambit/plugin-api';

/** Lets engines connect: on a socket in a folder of this user's, or on the loopback interface. */
export function listen(where: WorkerListen, admit: (connection: Connection) => void): Server {
  const server = createServer((socket) => admit(new SocketConnection(socket)));
  server.on('error', (cause) => {
    const place = 'unix' in where ? where.unix : `port ${where.tcp}`;
    throw new AmbitError('AMBIT_WORKER_LISTEN', `This worker cannot listen on ${place}: ${cause.message}.`, {
      hint: 'Check the folder of the socket and its rights, or that the port is free.',
      cause,
    });
  });
  if ('unix' in where) server.listen(where.unix);
  else server.listen(where.tcp, '127.0.0.1');
  return server;
}

class SocketConnection implements Connection {
  readonly input: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    // An error is told by the iteration and by the next write; without a listener it would end the process.
    socket.on('error', () => undefined);
    this.input = read(socket);
  }

  async write(data: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (!socket.writable) throw broken(socket.errored);
    if (socket.write(data)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        socket.off('drain', settle).off('close', settle);
        if (socket.writable) resolve();
        else reject(broken(socket.errored));
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
}

async function* read(socket: Socket): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of socket) yield chunk as Buffer;
  } catch (error) {
    // What was closed on this side has ended, not broken.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw broken(error);
  }
}

function broken(cause: unknown): AmbitError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new AmbitError('AMBIT_CONNECTION_BROKEN', `The connection of the engine is broken${why}.`, {
    hint: 'Connect again: the worker goes on, and keeps what was not acknowledged.',
    cause,
  });
}
