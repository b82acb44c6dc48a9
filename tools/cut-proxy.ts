import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

/** Where it listens: at a socket in a folder, as what is on this machine, or at a port, as what is elsewhere. */
export type CutProxyPlace = { readonly directory: string } | 'port';

/** Stands before a socket, so that connections can break without those behind it being touched. With `tls`, it is spoken there. */
export class CutProxy {
  readonly #behind: string;
  readonly #place: CutProxyPlace;
  readonly #tls: TlsOptions | undefined;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(behind: string, place: CutProxyPlace, tls?: TlsOptions) {
    this.#behind = behind;
    this.#place = place;
    this.#tls = tls;
  }

  /** Once it was joined. */
  get host(): string {
    return this.#place === 'port' ? `tcp://127.0.0.1:${this.#port}` : `unix://${socketIn(this.#place)}`;
  }

  async join(): Promise<void> {
    const take = (client: Socket): void => this.#take(client);
    const half = { allowHalfOpen: true };
    const server = this.#tls ? createSecureServer({ ...this.#tls, ...half }, take) : createServer(half, take);
    const where = this.#place === 'port' ? { port: this.#port, host: '127.0.0.1' } : { path: socketIn(this.#place) };
    await once(server.listen(where), 'listening');
    if (this.#place === 'port') this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** All that are there break, and none is made until it is joined again. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #take(client: Socket): void {
    const server = connect({ path: this.#behind, allowHalfOpen: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#open.delete(from);
        to.destroy();
      });
    }
  }
}

function socketIn({ directory }: { readonly directory: string }): string {
  return join(directory, 'engine.sock');
}
