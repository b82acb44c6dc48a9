import type { Connection } from '../connection.ts';
import { AmbitError } from '../errors.ts';

/** What a connection needs of a stream. Every duplex stream of Node is one: a socket, or what an SSH library opens. */
export interface ByteStream extends AsyncIterable<unknown> {
  readonly writable: boolean;
  readonly closed: boolean;
  /** `done` is called when the data has left, or cannot leave any more. */
  write(data: Uint8Array, done: (error?: Error | null) => void): boolean;
  end(done: () => void): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** An open stream as a connection to a worker. `worker` is its id, for messages. */
export function streamConnection(stream: ByteStream, worker: string): Connection {
  // An error is told by the iteration and by the next write; without a listener it would end the process.
  stream.on('error', () => undefined);
  return {
    input: read(stream, worker),
    write: (data) =>
      new Promise((resolve, reject) => {
        if (!stream.writable) return reject(broken(worker, undefined));
        stream.write(data, (error) => (error ? reject(broken(worker, error)) : resolve()));
      }),
    close: () =>
      new Promise((resolve) => {
        if (stream.closed) return resolve();
        stream.once('close', resolve);
        stream.end(() => stream.destroy());
      }),
  };
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
