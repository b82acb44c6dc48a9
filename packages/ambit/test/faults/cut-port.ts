import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

/** A port before a socket, so that connections can break without those behind it being touched. With `tls`, it is spoken there. */
export class CutPort {
  readonly #behind: string;
  readonly #tls: TlsOptions | undefined;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(behind: string, tls?: TlsOptions) {
    this.#behind = behind;
    this.#tls = tls;
  }

  get host(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  async join(): Promise<void> {
    const take = (client: Socket): void => this.#take(client);
    const half = { allowHalfOpen: true };
    const server = this.#tls ? createSecureServer({ ...this.#tls, ...half }, take) : createServer(half, take);
    await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (server.address() as AddressInfo).port;
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
