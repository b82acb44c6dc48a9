import type { Connection } from '../connection.ts';
import { AmbitError } from '../errors.ts';

/** What a connection needs of a stream. Every duplex stream of Node is one: a socket, or what an SSH library opens. */
export interface ByteStream extends AsyncIterable<unknown> {
  readonly writable: boolean;
  readonly closed: boolean;
  /** False where more waits to leave than is good: then `drain` is emitted when it has left. */
  write(data: Uint8Array): boolean;
  end(done: () => void): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** An open stream as a connection to a worker. `worker` is its id, for messages. A write waits only where too much waits to leave. */
export function streamConnection(stream: ByteStream, worker: string): Connection {
  let failure: Error | undefined;
  // An error is told by the iteration and by the next write; without a listener it would end the process.
  stream.on('error', (error) => (failure ??= error));
  return {
    input: read(stream, worker),
    write: async (data) => {
      if (!stream.writable) throw broken(worker, failure);
      if (stream.write(data)) return;
      await drained(stream);
      if (!stream.writable) throw broken(worker, failure);
    },
    close: () =>
      new Promise((resolve) => {
        if (stream.closed) return resolve();
        stream.once('close', resolve);
        stream.end(() => stream.destroy());
      }),
  };
}

/** Resolves when what waits has left, or cannot leave any more. */
function drained(stream: ByteStream): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle);
      stream.off('close', settle);
      resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}

async function* read(stream: ByteStream, worker: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    // What was closed on this side has ended, not broken.
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw broken(worker, error);
  }
}

function broken(worker: string, cause: unknown): AmbitError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new AmbitError('AMBIT_WORKER_CONNECTION', `The connection to the worker ${worker} is broken${why}.`, {
    hint: 'Connect again, or find out whether the worker still lives.',
    facts: { worker },
    cause,
  });
}
