import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OwnAuthority, hasOpenssl } from '../../../../tools/own-authority.ts';
import { checkDocker } from '../../src/doctor/check-docker.ts';
import type { Check } from '../../src/doctor/check.ts';

const { signal } = new AbortController();
const good = { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' };

let home: string;
let server: Server | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ambit-doctor-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(home, { recursive: true, force: true });
});

const check = (env: Record<string, string>): Promise<Check> => checkDocker({ env, home }, signal);
const host = (): string => `unix://${home}/engine.sock`;

async function engine(version: object, status = 200): Promise<void> {
  server = createServer((request, response) => {
    response.writeHead(status).end(JSON.stringify(request.url === '/version' ? version : { NCPU: 4, MemTotal: 2 ** 33 }));
  });
  await once(server.listen(join(home, 'engine.sock')), 'listening');
}

describe('a Docker engine', () => {
  it('is told with its version, its platform and its size', async () => {
    await engine(good);
    expect(await check({ DOCKER_HOST: host() })).toEqual({
      name: 'docker',
      status: 'ok',
      message: `Docker 20.10.24 (API 1.41) at ${host()}: linux/amd64, 4 CPUs, 8.0 GiB of memory`,
    });
  });

  it('is that of the current context, where there is no DOCKER_HOST', async () => {
    await engine(good);
    const id = createHash('sha256').update('mine').digest('hex');
    const meta = join(home, '.docker/contexts/meta', id, 'meta.json');
    mkdirSync(dirname(meta), { recursive: true });
    writeFileSync(meta, JSON.stringify({ Endpoints: { docker: { Host: host() } } }));
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'mine' }));
    expect(await check({})).toMatchObject({ status: 'ok' });
    expect(await check({ DOCKER_CONTEXT: 'other' })).toMatchObject({
      status: 'warning',
      message: 'there is no such thing as the Docker context other',
      hint: expect.stringContaining('docker context ls') as string,
    });
  });

  it('that does not answer, or answers with something else, comes with what to do', async () => {
    expect(await check({ DOCKER_HOST: host() })).toMatchObject({
      status: 'warning',
      message: `${host()} (DOCKER_HOST) does not answer: there is no such socket`,
      hint: 'Start the engine, or correct DOCKER_HOST.',
    });
    await engine(good, 503);
    expect(await check({ DOCKER_HOST: host() })).toMatchObject({
      message: expect.stringContaining('it answers with status 503') as string,
    });
    expect(await check({ DOCKER_HOST: 'tcp://127.0.0.1:9' })).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it.each(['ssh://gpu-1', 'npipe:////./pipe/docker_engine', 'tcp://a:1/b'])('at %s is not asked', async (address) => {
    expect(await check({ DOCKER_HOST: address })).toMatchObject({
      status: 'warning',
      message: `DOCKER_HOST is ${address}, which was not asked`,
      hint: expect.stringContaining('forward a socket') as string,
    });
  });

  it.each([
    ['an old one', { ...good, ApiVersion: '1.38' }],
    ['Podman', { ...good, Components: [{ Name: 'Podman Engine' }] }],
  ])('without BuildKit is no builder: %s', async (_, version) => {
    await engine(version);
    expect(await check({ DOCKER_HOST: host() })).toMatchObject({
      status: 'warning',
      hint: expect.stringContaining('no BuildKit') as string,
    });
  });
});

describe.runIf(hasOpenssl)('a Docker engine that speaks TLS', () => {
  let authority: OwnAuthority;
  let host: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    authority = OwnAuthority.make(join(home, 'certs'));
    const { cert, key } = authority.sign('client');
    renameSync(cert, join(home, 'certs/cert.pem'));
    renameSync(key, join(home, 'certs/key.pem'));
    const own = authority.sign('engine', { names: 'DNS:localhost' });
    const [ca, ...files] = [authority.file, own.cert, own.key].map((file) => readFileSync(file));
    const tls = { ...{ ca, cert: files[0], key: files[1] }, requestCert: true };
    server = createSecureServer(tls, (request, response) => void response.end(JSON.stringify(request.url === '/version' ? good : {})));
    await once(server.listen(0, 'localhost'), 'listening');
    host = `tcp://localhost:${(server.address() as AddressInfo).port}`;
    env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
  });

  it('is asked, with the certificates of DOCKER_CERT_PATH or of the context', async () => {
    expect(await check(env)).toMatchObject({ status: 'ok', message: expect.stringContaining(`at ${host}: linux/amd64`) as string });
    const id = createHash('sha256').update('far').digest('hex');
    mkdirSync(join(home, '.docker/contexts/meta', id), { recursive: true });
    writeFileSync(join(home, '.docker/contexts/meta', id, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: host } } }));
    mkdirSync(join(home, '.docker/contexts/tls', id), { recursive: true });
    renameSync(join(home, 'certs'), join(home, '.docker/contexts/tls', id, 'docker'));
    expect(await check({ DOCKER_CONTEXT: 'far' })).toMatchObject({ status: 'ok' });
  });

  it('that is not trusted, or does not trust, comes with the folder to look at', async () => {
    const hint = expect.stringContaining(`cert.pem and key.pem in ${join(home, 'certs')}`) as string;
    for (const name of ['cert.pem', 'key.pem']) rmSync(join(home, 'certs', name));
    const shown = await check(env);
    expect(shown).toMatchObject({ status: 'warning', hint });
    expect(shown.message).toMatch(/^there is no TLS connection to .*: [^:]*certificate required$/);
    OwnAuthority.make(join(home, 'certs'));
    expect(await check(env)).toMatchObject({ status: 'warning', hint });
  });

  it('whose files cannot be read is not asked', async () => {
    rmSync(join(home, 'certs/key.pem'));
    mkdirSync(join(home, 'certs/key.pem'));
    expect((await check(env)).message).toContain(` was not asked: ${home}/certs/key.pem cannot be read: EISDIR`);
  });

  it('says so to who asks without', async () => {
    server?.closeAllConnections();
    server?.close();
    server = createServer((_, response) => void response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'));
    await once(server.listen(join(home, 'engine.sock')), 'listening');
    expect(await check({ DOCKER_HOST: `unix://${home}/engine.sock` })).toMatchObject({
      message: expect.stringContaining('speaks TLS, and was asked without') as string,
      hint: expect.stringContaining('DOCKER_TLS_VERIFY=1') as string,
    });
  });
});
