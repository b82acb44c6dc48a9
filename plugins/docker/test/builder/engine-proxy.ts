import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { engine } from '../testbed.ts';

/** Stands between a builder and the engine of the testbed, so that the connection can break and nobody else notices. */
export class EngineProxy {
  readonly host: string;
  readonly #socket: string;
  readonly #pairs = new Set<Socket>();
  #server: Server | undefined;

  constructor(directory: string) {
    this.#socket = join(directory, 'engine.sock');
    this.host = `unix://${this.#socket}`;
  }

  async open(): Promise<void> {
    this.#server = createServer((client) => {
      const upstream = connect((engine ?? '').replace('unix://', ''));
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.#pairs.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#pairs.delete(from);
          to.destroy();
        });
      }
    });
    await once(this.#server.listen(this.#socket), 'listening');
  }

  /** What an engine that is killed looks like. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#pairs) socket.destroy();
    await closed;
  }
}
