import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

export interface IndexOptions {
  /** At which containers see this machine. */
  readonly address: string;
  readonly folder: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Of the one package, that no other index has. */
  readonly name: string;
  /** Of its npm package, once it is installed. */
  readonly script?: string;
}

/** An index of npm and of pip with one package, below any path that ends in `/npm` and `/simple`; as a proxy, of any host. */
export class PackageIndex {
  readonly #options: IndexOptions;
  readonly #files: Readonly<Record<'tgz' | 'whl', Buffer>>;
  readonly #server: Server;
  readonly #asked: { path: string; authorization: string | undefined }[] = [];

  private constructor(options: IndexOptions) {
    this.#options = options;
    this.#files = { tgz: npmPackage(options), whl: wheel(options) };
    const answer: RequestListener = ({ url = '', headers }, response) => {
      this.#asked.push({ path: url, authorization: headers.authorization });
      const [type, body] = this.#answer(new URL(url, this.url).pathname) ?? [];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(body);
    };
    this.#server = options.tls ? createSecureServer(options.tls, answer) : createServer(answer);
  }

  static async start(options: IndexOptions): Promise<PackageIndex> {
    const index = new PackageIndex(options);
    await once(index.#server.listen(0, '0.0.0.0'), 'listening');
    return index;
  }

  get host(): string {
    return `${this.#options.address}:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.host}`;
  }

  get asked(): readonly { readonly path: string; readonly authorization: string | undefined }[] {
    return this.#asked;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(path: string): readonly [string, string | Buffer] | undefined {
    const { name } = this.#options;
    if (path.endsWith('.tgz')) return ['application/octet-stream', this.#files.tgz];
    if (path.endsWith('.whl')) return ['application/octet-stream', this.#files.whl];
    if (path.endsWith('/seen')) return ['text/plain', 'seen'];
    if (path.endsWith(`/simple/${name}/`)) return ['text/html', `<a href="${this.url}/files/${wheelName(name)}">wheel</a>`];
    if (!path.endsWith(`/npm/${name}`)) return undefined;
    const version = { ...manifest(this.#options), dist: { tarball: `${this.url}${path}/-/${name}-1.0.0.tgz` } };
    return ['application/json', JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } })];
  }
}

function manifest({ name, script }: IndexOptions): object {
  return { name, version: '1.0.0', ...(script !== undefined && { hasInstallScript: true, scripts: { postinstall: 'node check.js' } }) };
}

function npmPackage(options: IndexOptions): Buffer {
  write(options.folder, { 'package/package.json': JSON.stringify(manifest(options)), 'package/check.js': options.script ?? '' });
  execFileSync('tar', ['-czf', 'npm.tgz', 'package'], { cwd: options.folder });
  return readFileSync(join(options.folder, 'npm.tgz'));
}

function wheelName(name: string): string {
  return `${name}-1.0.0-py3-none-any.whl`;
}

function wheel({ folder, name }: IndexOptions): Buffer {
  const info = `${name}-1.0.0.dist-info`;
  write(folder, {
    [`${name}.py`]: 'here = True\n',
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: `${name}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  });
  execFileSync('python3', ['-m', 'zipfile', '-c', wheelName(name), `${name}.py`, info], { cwd: folder });
  return readFileSync(join(folder, wheelName(name)));
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
