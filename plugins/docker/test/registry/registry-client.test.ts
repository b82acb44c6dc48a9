import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseReference } from '../../src/registry/image-reference.ts';
import { manifestPlatforms } from '../../src/registry/manifest-platforms.ts';
import { manifestDigest } from '../../src/registry/registry-client.ts';

const signal = AbortSignal.timeout(20_000);
const digest = `sha256:${'a'.repeat(64)}`;
const credentials = { username: 'me', password: 'pass:word' };
const basic = `Basic ${Buffer.from('me:pass:word').toString('base64')}`;
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function registry(listener: (request: IncomingMessage, response: ServerResponse, host: string) => void): Promise<string> {
  server = createServer((request, response) => listener(request, response, host));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return host;
}

const ask = (host: string, login?: typeof credentials): Promise<string | undefined> =>
  manifestDigest(parseReference(`${host}/a/b:t`), { plainHttp: true, ...(login && { credentials: login }) }, signal);

describe('the digest of a tag', () => {
  it('is asked for, of manifests and lists of both makes; a tag that is not there has none', async () => {
    const accepted: string[] = [];
    const host = await registry((request, response) => {
      accepted.push(`${request.method} ${request.url} ${request.headers.accept}`);
      response.writeHead(accepted.length === 1 ? 200 : 404, { 'docker-content-digest': digest }).end();
    });
    expect(await ask(host)).toBe(digest);
    expect(await ask(host)).toBeUndefined();
    expect(accepted[0]).toMatch(/^HEAD \/v2\/a\/b\/manifests\/t .*oci\.image\.index.*oci\.image\.manifest.*manifest\.list.*manifest\.v2/);
  });

  it('is asked for with a token, which a login gets where there is one', async () => {
    const logins: (string | undefined)[] = [];
    const host = await registry((request, response, own) => {
      if (request.url?.startsWith('/token')) {
        logins.push(request.headers.authorization);
        const { searchParams } = new URL(request.url, 'http://x');
        response.end(JSON.stringify({ token: `${searchParams.get('service')} ${searchParams.get('scope')}` }));
      } else if (request.headers.authorization === 'Bearer here repository:a/b:pull')
        response.writeHead(200, { 'docker-content-digest': digest }).end();
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${own}/token",service="here",scope="x"` }).end();
    });
    expect([await ask(host), await ask(host, credentials)]).toEqual([digest, digest]);
    expect(logins).toEqual([undefined, basic]);
  });

  it('is asked for with a token that stands for a login', async () => {
    const posted: string[] = [];
    const host = await registry((request, response, own) => {
      if (request.url === '/token') {
        request.setEncoding('utf8');
        request.on('data', (part: string) => posted.push(`${request.method} ${part}`));
        request.on('end', () => response.end(JSON.stringify({ access_token: 'good' })));
      } else if (request.headers.authorization === 'Bearer good') response.writeHead(200, { 'docker-content-digest': digest }).end();
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${own}/token",service="here"` }).end();
    });
    expect(await ask(host, { username: '<token>', password: 'refresh' })).toBe(digest);
    expect(posted.join('')).toMatch(
      /^POST grant_type=refresh_token&refresh_token=refresh&client_id=ambit&service=here&scope=repository%3Aa%2Fb%3Apull$/,
    );
  });

  it('is not had with a login that is refused, and nothing of the login is told', async () => {
    const host = await registry((request, response) => {
      const isGood = request.headers.authorization === basic;
      response.writeHead(isGood ? 200 : 401, { 'www-authenticate': 'Basic realm="x"', 'docker-content-digest': digest }).end();
    });
    expect(await ask(host, credentials)).toBe(digest);
    await expect(ask(host)).rejects.toThrow(`The registry ${host} asks for a login, and there is none for it.`);
    const refused = ask(host, { username: 'me', password: 'wrong' });
    await expect(refused).rejects.toThrow(`The registry ${host} refuses the login of me.`);
  });

  it('is not had from a registry that has trouble, or that does not speak HTTPS', async () => {
    const host = await registry((_, response) => response.writeHead(500).end());
    await expect(ask(host)).rejects.toThrow(`The registry ${host} answers with status 500.`);
    await expect(manifestDigest(parseReference(`${host}/a:t`), { plainHttp: false }, signal)).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_REGISTRY',
    });
  });

  it('is given up with the abort', async () => {
    const abort = new AbortController();
    const host = await registry(() => abort.abort());
    await expect(manifestDigest(parseReference(`${host}/a:t`), { plainHttp: true }, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('the platforms of a tag', () => {
  const platformsOf = (host: string): Promise<readonly string[] | undefined> =>
    manifestPlatforms(parseReference(`${host}/a/b:t`), { plainHttp: true }, signal);
  const answering = (...answers: readonly (object | string)[]): Promise<string> => {
    let asked = 0;
    return registry((_, response) => response.end(JSON.stringify(answers[asked++])));
  };

  it.each([
    ['lists nothing', [{ manifests: [] }]],
    ['lists one that may be for any', [{ manifests: [{ platform: { os: 'linux', architecture: 'amd64' } }, {}] }]],
    ['has a configuration of another make', [{ config: { digest } }, { name: 'a chart' }]],
    ['has no configuration', [{ schemaVersion: 1 }]],
    ['names no architecture', [{ config: { digest } }, { os: 'linux', architecture: '' }]],
    ['is too long', ['x'.repeat(5 * 2 ** 20)]],
  ])('are not known of one that %s', async (_, answers) => {
    expect(await platformsOf(await answering(...answers))).toBeUndefined();
  });

  it('are not known of a registry that lets nobody read', async () => {
    expect(await platformsOf(await registry((_, response) => response.writeHead(429).end()))).toBeUndefined();
    expect(await platformsOf(await registry((_, response) => response.writeHead(401).end()))).toBeUndefined();
    expect(await platformsOf(await registry((_, response) => response.end('no JSON')))).toBeUndefined();
  });

  it('are given up with the abort', async () => {
    const abort = new AbortController();
    const host = await registry(() => abort.abort());
    await expect(manifestPlatforms(parseReference(`${host}/a:t`), { plainHttp: true }, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('a reference', () => {
  it.each([
    ['debian', { host: 'docker.io', repository: 'library/debian' }],
    ['debian:bookworm', { host: 'docker.io', repository: 'library/debian', tag: 'bookworm' }],
    ['acme/x', { host: 'docker.io', repository: 'acme/x' }],
    ['index.docker.io/acme/x:1', { host: 'docker.io', repository: 'acme/x', tag: '1' }],
    ['localhost/x', { host: 'localhost', repository: 'x' }],
    ['localhost:5000/x', { host: 'localhost:5000', repository: 'x' }],
    [`ghcr.io/a/b/c:t@${digest}`, { host: 'ghcr.io', repository: 'a/b/c', tag: 't', digest }],
  ])('%s is taken apart as Docker does', (reference, parts) => {
    expect(parseReference(reference)).toEqual(parts);
  });
});
