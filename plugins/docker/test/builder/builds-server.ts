import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What commands in builds ask and tell, by paths: they reach this machine as the gateway of their network. */
export class BuildsServer {
  readonly #told: string[] = [];
  readonly #open = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  readonly #server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    this.#told.push(path);
    response.writeHead(this.#open.has(path) || path.startsWith('tell/') ? 200 : 404).end('ok');
    for (const wake of this.#waiting.splice(0)) wake();
  });
  #port = 0;

  async start(): Promise<void> {
    await once(this.#server.listen(0, '0.0.0.0'), 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** A command that says this, and fails where it is not answered. */
  ask(path: string, gateway: string): string {
    return `wget -q -O- http://${gateway}:${this.#port}/${path} >/dev/null`;
  }

  /** What is asked for is there from now on. */
  allow(path: string): void {
    this.#open.add(path);
  }

  count(path: string): number {
    return this.#told.filter((each) => each === path).length;
  }

  async told(path: string): Promise<void> {
    while (this.count(path) === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
