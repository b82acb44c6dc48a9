import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Names that engines give the machine that they are on. */
const hostNames = ['host.docker.internal', 'host.containers.internal'];

/** What this machine may be called in a build. */
export function ownHosts(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each.filter(({ family }) => family === 'IPv4'));
  return [...addresses.map(({ address }) => address), ...hostNames];
}

/** What commands of builds tell this machine, and ask it, over HTTP. Only who knows the nonce is heard. */
export class BuildCalls {
  readonly nonce = randomUUID();
  readonly #told: string[] = [];
  readonly #allowed = new Set<string>();
  #waiting: (() => void)[] = [];
  #isOver = false;
  readonly #server = createServer(({ url = '' }, response) => {
    const call = url.slice(`/${this.nonce}/`.length);
    const isKnown = url === `/${this.nonce}/${call}`;
    if (isKnown) this.#told.push(call);
    response.writeHead(isKnown ? 200 : 404, { connection: 'close' }).end(this.#allowed.has(call) ? 'yes' : 'no');
    this.#wake();
  });

  static async open(): Promise<BuildCalls> {
    const calls = new BuildCalls();
    await once(calls.#server.listen(0, '0.0.0.0'), 'listening');
    return calls;
  }

  /** A command that makes a call, and fails where that does not arrive. */
  tell(host: string, call: string): string {
    return `${this.#fetch(host, call)} >/dev/null`;
  }

  /** A command that fails before the call is allowed. */
  pass(host: string, call: string): string {
    return `[ "$(${this.#fetch(host, call)})" = yes ]`;
  }

  /** A command that lasts until the call is allowed, or nobody answers any more. */
  wait(host: string, call: string): string {
    return `while [ "$(${this.#fetch(host, call)})" = no ]; do sleep 0.1; done && ${this.pass(host, call)}`;
  }

  allow(call: string): void {
    this.#allowed.add(call);
  }

  count(call: string): number {
    return this.#told.filter((each) => each === call).length;
  }

  /** Resolves when the call was made, and where it cannot be made any more. */
  async told(call: string): Promise<void> {
    while (this.count(call) === 0 && !this.#isOver) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Past the proxies of a build, which lead elsewhere; with no flags but those that every wget has. */
  #fetch(host: string, call: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http_proxy= HTTP_PROXY= wget -q -O- http://${host}:${port}/${this.nonce}/${call}`;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
