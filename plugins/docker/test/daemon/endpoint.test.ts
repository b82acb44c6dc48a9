import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../src/daemon/endpoint.ts';
import type { Endpoint } from '../../src/daemon/endpoint.ts';
import { checkOptions } from '../../src/options.ts';
import type { DockerPluginOptions } from '../../src/index.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ambit-endpoint-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const find = (options: DockerPluginOptions, env: Record<string, string> = {}): Promise<Endpoint> =>
  findEndpoint(checkOptions(options), { env, home });

function put(path: string, content: object | string): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function context(name: string, host: string, folder = '.docker'): string {
  const id = createHash('sha256').update(name).digest('hex');
  put(`${folder}/contexts/meta/${id}/meta.json`, { Name: name, Endpoints: { docker: { Host: host } } });
  return id;
}

describe('the engine', () => {
  it('is what the options name, before all else', async () => {
    context('remote', 'tcp://remote:2375');
    put('.docker/config.json', { currentContext: 'remote' });
    const env = { DOCKER_HOST: 'unix:///from-variable.sock' };
    expect(await find({ host: 'unix:///own.sock' }, env)).toEqual({ address: 'unix:///own.sock', socketPath: '/own.sock' });
    expect((await find({ context: 'remote' }, env)).server).toEqual({ host: 'remote', port: 2375 });
  });

  it('is else DOCKER_HOST, then DOCKER_CONTEXT, then the current context', async () => {
    context('remote', 'tcp://remote:2375');
    context('other', 'unix:///other.sock');
    put('.docker/config.json', { currentContext: 'remote' });
    expect((await find({}, { DOCKER_HOST: 'unix:///variable.sock', DOCKER_CONTEXT: 'other' })).address).toBe('unix:///variable.sock');
    expect((await find({}, { DOCKER_CONTEXT: 'other' })).address).toBe('unix:///other.sock');
    expect((await find({})).address).toBe('tcp://remote:2375');
  });

  it('reads another folder than the usual where DOCKER_CONFIG names one', async () => {
    context('here', 'unix:///here.sock', 'config');
    put('config/config.json', { currentContext: 'here' });
    expect((await find({}, { DOCKER_CONFIG: join(home, 'config') })).address).toBe('unix:///here.sock');
  });

  it('is reached with the certificates of its context, of the options, or of DOCKER_CERT_PATH', async () => {
    const id = context('secure', 'tcp://secure:2376');
    const folder = join(home, '.docker/contexts/tls', id, 'docker');
    put(`.docker/contexts/tls/${id}/docker/ca.pem`, 'x');
    expect((await find({ context: 'secure' })).server?.tls?.ca).toBe(join(folder, 'ca.pem'));
    expect((await find({ host: 'tcp://a', tls: { ca: '/own.pem' } })).server).toEqual({ host: 'a', port: 2376, tls: { ca: '/own.pem' } });
    const env = { DOCKER_HOST: 'tcp://[::1]:99', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect((await find({}, env)).server).toMatchObject({ host: '::1', port: 99, tls: { key: '/certs/key.pem' } });
  });

  it('is else a socket that is there, also that of an engine without root', async () => {
    const server = createServer().listen(join(home, 'docker.sock'));
    const { address } = await find({}, { XDG_RUNTIME_DIR: home });
    expect(['unix:///var/run/docker.sock', `unix://${home}/docker.sock`]).toContain(address);
    server.close();
    expect((await find({})).address).toBe('unix:///var/run/docker.sock');
  });

  it.each([
    ['a host over SSH', { DOCKER_HOST: 'ssh://gpu-1' }, /"ssh:\/\/gpu-1"; engines are reached over/],
    ['a host that is none', { DOCKER_HOST: 'tcp://' }, /"tcp:\/\/"/],
    ['a context that is not there', { DOCKER_CONTEXT: 'nope' }, /no Docker context "nope"/],
  ])('cannot be %s', async (_, env, message) => {
    await expect(find({}, env)).rejects.toMatchObject({ code: 'AMBIT_DOCKER_ENDPOINT', message: expect.stringMatching(message) as string });
  });

  it('is not guessed where the configuration of Docker cannot be read', async () => {
    put('.docker/config.json', '{ half');
    await expect(find({})).rejects.toMatchObject({
      message: expect.stringContaining(`${join(home, '.docker/config.json')} cannot be read: `) as string,
      facts: { failure: 'configuration' },
    });
    const id = createHash('sha256').update('empty').digest('hex');
    put(`.docker/contexts/meta/${id}/meta.json`, '{}');
    await expect(find({ context: 'empty' })).rejects.toThrow('names no engine');
  });
});
