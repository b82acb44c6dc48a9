import type { Duplex } from 'node:stream';
import { AmbitError } from '@ambit/plugin-api';
import type { ByteStream } from '@ambit/plugin-api';

const HEADER = 8;
const STDERR = 2;
const keptErrors = 4096;

/** The stdin and stdout of a command beside a worker, as one stream. The engine sends frames: `[stream, 0, 0, 0, length]`, then so many bytes. */
export class RelayStream implements ByteStream {
  readonly #stream: Duplex;
  #errors = '';

  constructor(stream: Duplex) {
    this.#stream = stream;
    // Small messages are not to wait for more; a socket of this machine does not know the option.
    (stream as Duplex & { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
  }

  get writable(): boolean {
    return this.#stream.writable;
  }

  get closed(): boolean {
    return this.#stream.closed;
  }

  write(data: Uint8Array): boolean {
    return this.#stream.write(data);
  }

  end(done: () => void): unknown {
    return this.#stream.end(done);
  }

  destroy(): unknown {
    return this.#stream.destroy();
  }

  once(event: 'close', listener: () => void): unknown {
    return this.#stream.once(event, listener);
  }

  on(event: 'error' | 'drain' | 'close', listener: (error: Error) => void): unknown {
    return this.#stream.on(event, listener);
  }

  off(event: 'drain' | 'close', listener: () => void): unknown {
    return this.#stream.off(event, listener);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let stream = 0;
    let left = 0;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#stream as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        if (left === 0) {
          if (rest.length < HEADER) break;
          stream = rest[0] ?? 0;
          left = rest.readUInt32BE(4);
          rest = rest.subarray(HEADER);
        }
        const part = rest.subarray(0, left);
        if (part.length === 0 && left > 0) break;
        left -= part.length;
        rest = rest.subarray(part.length);
        if (stream === STDERR) this.#errors = (this.#errors + part.toString('utf8')).slice(-keptErrors);
        else if (part.length > 0) yield part;
      }
    }
    if (this.#errors !== '')
      throw new AmbitError('AMBIT_WORKER_CONNECTION', this.#errors.trim(), {
        hint: 'Connect again, or find out whether the worker lives.',
      });
  }
}
