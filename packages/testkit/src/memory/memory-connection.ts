import { AmbitError } from '@ambit/plugin-api';
import type { Connection } from '@ambit/plugin-api';
import { Bell } from './bell.ts';

/** One direction of a pair: bytes written on one end, read on the other. */
class Pipe {
  readonly #chunks: Uint8Array[] = [];
  readonly #bell = new Bell();
  #end: 'open' | 'ended' | 'broken' = 'open';

  write(data: Uint8Array): void {
    if (this.#end !== 'open') throw broken();
    this.#chunks.push(new Uint8Array(data));
    this.#bell.ring();
  }

  end(how: 'ended' | 'broken'): void {
    if (this.#end === 'open') this.#end = how;
    this.#bell.ring();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { next: change } = this.#bell;
      if (this.#end === 'broken') throw broken();
      const chunk = this.#chunks.shift();
      if (chunk) yield chunk;
      else if (this.#end === 'ended') return;
      else await change;
    }
  }
}

function broken(): AmbitError {
  return new AmbitError('AMBIT_CONNECTION_BROKEN', 'The connection broke.', {
    hint: 'Connect again: the worker keeps what was not acknowledged.',
  });
}

/** Two ends of one connection, in memory. */
export interface ConnectionPair {
  readonly engine: Connection;
  readonly worker: Connection;
  /** As a network that goes away does: what is under way is lost, and both ends' input throws. */
  break(): void;
}

export function connectionPair(): ConnectionPair {
  const up = new Pipe();
  const down = new Pipe();
  const close = async (): Promise<void> => {
    up.end('ended');
    down.end('ended');
  };
  const end = (input: Pipe, output: Pipe): Connection => ({ input: input.read(), write: async (data) => output.write(data), close });
  return {
    engine: end(up, down),
    worker: end(down, up),
    break: () => {
      up.end('broken');
      down.end('broken');
    },
  };
}
