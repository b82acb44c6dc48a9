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
    for (const name of ['cert.pem', 'key.pem']) put(`certs/${name}`, 'x');
    const folder = join(home, '.docker/contexts/tls', id, 'docker');
    put(`.docker/contexts/tls/${id}/docker/ca.pem`, 'x');
    expect((await find({ context: 'secure' })).server?.tls?.ca).toBe(join(folder, 'ca.pem'));
    expect((await find({ host: 'tcp://a', tls: { ca: '/own.pem' } })).server).toEqual({ host: 'a', port: 2376, tls: { ca: '/own.pem' } });
    const env = { DOCKER_HOST: 'tcp://[::1]:99', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
    const tls = { ca: join(home, 'certs/ca.pem'), cert: join(home, 'certs/cert.pem'), key: join(home, 'certs/key.pem') };
    expect((await find({}, env)).server).toEqual({ host: '::1', port: 99, tls });
    expect((await find({ context: 'default' }, env)).server).toEqual({ host: '::1', port: 99, tls });
    const alone = { ...env, DOCKER_CERT_PATH: undefined as never, DOCKER_CONFIG: join(home, 'config') };
    expect((await find({}, alone)).server?.tls).toEqual({ ca: join(home, 'config/ca.pem') });
  });

  it('is asked with TLS where its context says so, with certificates or without', async () => {
    const id = context('blind', 'tcp://blind:1');
    put(`.docker/contexts/meta/${id}/meta.json`, { Endpoints: { docker: { Host: 'tcp://blind', SkipTLSVerify: true } } });
    expect((await find({ context: 'blind' })).server).toEqual({ host: 'blind', port: 2376, tls: {} });
    put(`.docker/contexts/tls/${id}/docker/key.pem`, 'x');
    const folder = join(home, '.docker/contexts/tls', id, 'docker');
    expect((await find({ context: 'blind' })).server?.tls).toEqual({ cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') });
  });

  it.each<[string, string, number, boolean]>([
    ['tcp://a', 'a', 2375, false],
    ['tcp://a:80', 'a', 80, false],
    ['a:1', 'a', 1, false],
    ['http://a:80/', 'a', 80, false],
    ['https://a', 'a', 2376, true],
    ['https://a:443', 'a', 443, true],
    ['tcp://[fe80::1]:5', 'fe80::1', 5, false],
  ])('is at %s', async (address, host, port, isSecure) => {
    expect((await find({}, { DOCKER_HOST: address })).server).toEqual({ host, port, ...(isSecure && { tls: {} }) });
  });

  it('has the usual socket where none is named', async () => {
    expect((await find({}, { DOCKER_HOST: 'unix://' })).socketPath).toBe('/var/run/docker.sock');
  });

  it('is else a socket that is there, also that of an engine without root', async () => {
    const server = createServer().listen(join(home, 'docker.sock'));
    const { address } = await find({}, { XDG_RUNTIME_DIR: home });
    expect(['unix:///var/run/docker.sock', `unix://${home}/docker.sock`]).toContain(address);
    server.close();
    expect((await find({})).address).toBe('unix:///var/run/docker.sock');
  });

  it.each([
    [
      'a host over SSH',
      { DOCKER_HOST: 'ssh://me@gpu-1:22' },
      /^DOCKER_HOST names the Docker engine "ssh:\/\/me@gpu-1:22"; engines are/,
      '-p 22 me@gpu-1',
    ],
    [
      'a context over SSH',
      { DOCKER_CONTEXT: 'far' },
      /^The Docker context "far" names the Docker engine "ssh:\/\/gpu-2"/,
      'docker.sock gpu-2)',
    ],
    ['a pipe', { DOCKER_HOST: 'npipe:////./pipe/docker_engine' }, /"npipe:\/\/\/\/\.\/pipe\/docker_engine"/, 'WSL'],
    ['a host that is none', { DOCKER_HOST: 'tcp://' }, /"tcp:\/\/"/, 'Correct it'],
    ['a host with a folder', { DOCKER_HOST: 'tcp://a:1/b' }, /"tcp:\/\/a:1\/b"/, 'Correct it'],
    ['a port that is none', { DOCKER_HOST: 'tcp://a:65536' }, /"tcp:\/\/a:65536"/, 'Correct it'],
    ['a context that is not there', { DOCKER_CONTEXT: 'nope' }, /no Docker context "nope"/, 'docker context ls'],
  ])('cannot be %s', async (_, env, message, hint) => {
    context('far', 'ssh://gpu-2');
    await expect(find({}, env)).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_ENDPOINT',
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
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
