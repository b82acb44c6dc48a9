import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { engine } from '../testbed.ts';

/** Where it listens: a socket in a folder, as engines of this machine do, or a port, as engines elsewhere. */
export type EngineProxyPlace = { readonly directory: string } | 'port';

/** Stands between a plugin and the engine of the testbed, so that the connection can break and nobody else notices. */
export class EngineProxy {
  readonly #place: EngineProxyPlace;
  readonly #pairs = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(place: EngineProxyPlace) {
    this.#place = place;
  }

  /** Once it was open. */
  get host(): string {
    return this.#place === 'port' ? `tcp://127.0.0.1:${this.#port}` : `unix://${socketIn(this.#place)}`;
  }

  async open(): Promise<void> {
    const server = createServer((client) => {
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
    const where = this.#place === 'port' ? { port: this.#port, host: '127.0.0.1' } : { path: socketIn(this.#place) };
    await once(server.listen(where), 'listening');
    if (this.#place === 'port') this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** What an engine that is killed looks like. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#pairs) socket.destroy();
    await closed;
  }
}

function socketIn({ directory }: { readonly directory: string }): string {
  return join(directory, 'engine.sock');
}
