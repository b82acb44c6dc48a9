import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it.each([
    ['ssh://gpu-1', {}, /forward a socket/],
    ['tcp://a:2376', { DOCKER_TLS_VERIFY: '1' }, /speaks TLS/],
  ])('at %s is not asked', async (address, env, hint) => {
    expect(await check({ DOCKER_HOST: address, ...env })).toMatchObject({
      status: 'warning',
      message: `DOCKER_HOST is ${address}, which was not asked`,
      hint: expect.stringMatching(hint) as string,
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
