import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnAuthority } from '../../../../tools/own-authority.ts';

/** A server whose certificate only those accept who know its authority. */
export interface TrustedServer {
  readonly url: string;
  readonly directory: string;
  /** The file with the authority's certificate. */
  readonly certificates: string;
  /** The file with its own. */
  readonly certificate: string;
  dispose(): Promise<void>;
}

export async function trustedServer(): Promise<TrustedServer> {
  const directory = mkdtempSync(join(tmpdir(), 'ambit-authority-'));
  const authority = OwnAuthority.make(directory);
  const { cert, key } = authority.sign('server', { names: 'DNS:localhost,IP:127.0.0.1' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.end('trusted'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    directory,
    certificates: authority.file,
    certificate: cert,
    dispose: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
