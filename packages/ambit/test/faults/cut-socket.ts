import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** Stands before a socket, so that connections can break without those behind it being touched. */
export class CutSocket {
  readonly #path: string;
  readonly #behind: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, behind: string) {
    this.#path = path;
    this.#behind = behind;
  }

  async join(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#take(client));
    await once(this.#server.listen(this.#path), 'listening');
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
