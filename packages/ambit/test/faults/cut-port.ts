import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port before a socket, so that connections can break without those behind it being touched. */
export class CutPort {
  readonly #behind: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(behind: string) {
    this.#behind = behind;
  }

  get host(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  async join(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
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
