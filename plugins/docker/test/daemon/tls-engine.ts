import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { CertificateFiles } from '../../../../tools/own-authority.ts';

const answers: Readonly<Record<string, object>> = {
  '/info': { ID: 'far', NCPU: 2, MemTotal: 4 },
  '/version': { Os: 'linux', Arch: 'amd64', Version: '20.10', ApiVersion: '1.41' },
};

export interface TlsEngineOptions {
  /** Of those whose client certificates it accepts. */
  readonly ca: string;
  readonly host?: string;
  readonly maxVersion?: SecureVersion;
}

/** Says who it is to those who show it a client certificate, as `dockerd --tlsverify` does. */
export class TlsEngine {
  readonly #server: Server;

  private constructor({ cert, key }: CertificateFiles, { ca, maxVersion }: TlsEngineOptions) {
    const files = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
    this.#server = createServer({ ...files, ...(maxVersion && { maxVersion }), requestCert: true }, (request, response) =>
      response.end(JSON.stringify(answers[(request.url ?? '').replace(/\?.*/, '')] ?? {})),
    );
    this.#server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      socket.pipe(socket);
    });
  }

  static async start(files: CertificateFiles, options: TlsEngineOptions): Promise<TlsEngine> {
    const engine = new TlsEngine(files, options);
    await once(engine.#server.listen(0, options.host ?? '127.0.0.1'), 'listening');
    return engine;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
