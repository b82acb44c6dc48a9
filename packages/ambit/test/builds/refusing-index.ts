import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An index of npm below `/npm/` whose packages do not go together, and of nothing for pip; what is below `/closed/` asks for a login, below `/silent/` for patience. */
export class RefusingIndex {
  readonly #asked: string[] = [];
  readonly #server = createServer(({ url = '' }, response) => {
    this.#asked.push(url);
    if (url.startsWith('/silent/')) return;
    const body = url.startsWith('/npm/') ? packument(url.slice('/npm/'.length)) : undefined;
    response.writeHead(url.startsWith('/closed/') ? 401 : body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{}');
  });

  async start(): Promise<void> {
    await once(this.#server.listen(0, '0.0.0.0'), 'listening');
  }

  at(address: string, path: string): string {
    return `http://${address}:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  get asked(): readonly string[] {
    return this.#asked;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const wanted: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  peer: { '1.0.0': {}, '2.0.0': {} },
  'wants-one': { '1.0.0': { peerDependencies: { peer: '^1' } } },
  'wants-two': { '1.0.0': { peerDependencies: { peer: '^2' } } },
};

function packument(name: string): string | undefined {
  const versions = wanted[name];
  if (versions === undefined) return undefined;
  const all = Object.entries(versions).map(([version, rest]) => [
    version,
    { name, version, dist: { tarball: 'http://127.0.0.1:9/x.tgz' }, ...rest },
  ]);
  return JSON.stringify({ name, 'dist-tags': { latest: Object.keys(versions).at(-1) }, versions: Object.fromEntries(all) as object });
}
