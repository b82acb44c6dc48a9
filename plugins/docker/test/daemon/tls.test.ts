import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { AmbitError } from '@ambit/plugin-api';
import { recordingLogger } from '@ambit/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OwnAuthority, hasOpenssl } from '../../../../tools/own-authority.ts';
import type { CertificateFiles } from '../../../../tools/own-authority.ts';
import type { Daemon } from '../../src/daemon/daemon.ts';
import { dockerDaemon } from '../../src/daemon/docker-daemon.ts';
import { engineAgent } from '../../src/daemon/engine-agent.ts';
import { checkOptions } from '../../src/options.ts';
import type { DockerPluginOptions, DockerTls } from '../../src/options.ts';
import { TlsEngine } from './tls-engine.ts';

const signal = AbortSignal.timeout(60_000);
const hasIPv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
let folder: string;
let authority: OwnAuthority;
let other: OwnAuthority;
let own: CertificateFiles;
let server: CertificateFiles;
const opened: TlsEngine[] = [];
const plain: Server[] = [];
const sockets: Socket[] = [];

beforeAll(() => {
  if (!hasOpenssl) return;
  folder = mkdtempSync(join(tmpdir(), 'ambit-tls-'));
  authority = OwnAuthority.make(join(folder, 'right'));
  other = OwnAuthority.make(join(folder, 'other'));
  own = authority.sign('client');
  server = authority.sign('server', { names: 'DNS:localhost,IP:127.0.0.1,IP:::1' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((each) => each.stop()));
  await Promise.all(plain.splice(0).map((each) => new Promise((resolve) => each.close(resolve))));
});

async function engine(files = server, options: { readonly host?: string; readonly maxVersion?: 'TLSv1.2' } = {}): Promise<number> {
  const started = await TlsEngine.start(files, { ca: authority.file, ...options });
  opened.push(started);
  return started.port;
}

async function listening(each: Server): Promise<number> {
  plain.push(each);
  each.on('connection', (socket) => sockets.push(socket));
  await once(each.listen(0, '127.0.0.1'), 'listening');
  return (each.address() as AddressInfo).port;
}

const trusted = (): DockerTls => ({ ca: authority.file, ...own });
const engineAt = (options: DockerPluginOptions, env: Readonly<Record<string, string>> = {}): Daemon =>
  dockerDaemon(checkOptions(options), { env, home: join(folder, 'home') });

/** What a user sees of why it is not asked. */
async function refusal(options: DockerPluginOptions, env: Readonly<Record<string, string>> = {}): Promise<AmbitError> {
  const error = await engineAt(options, env)
    .info(signal)
    .then(
      () => undefined,
      (reason: AmbitError) => reason,
    );
  if (!error) throw new Error('it was asked');
  const seen = JSON.stringify([error.message, error.hint, error.facts]);
  for (const { key } of [own, server]) expect(seen).not.toContain(readFileSync(key, 'utf8').split('\n')[1]);
  expect(seen).not.toMatch(/\\n|routines/);
  return error;
}

function pemFolder(path: string): string {
  const at = join(folder, path);
  mkdirSync(at, { recursive: true });
  copyFileSync(authority.file, join(at, 'ca.pem'));
  copyFileSync(own.cert, join(at, 'cert.pem'));
  copyFileSync(own.key, join(at, 'key.pem'));
  return at;
}

function writeContext(name: string, docker: object): string {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = join(folder, 'home/.docker/contexts');
  mkdirSync(join(contexts, 'meta', id), { recursive: true });
  writeFileSync(join(contexts, 'meta', id, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker } }));
  return join('home/.docker/contexts/tls', id, 'docker');
}

describe.runIf(hasOpenssl)('an engine that speaks TLS', () => {
  it('is asked with the certificates of the options', async () => {
    const port = await engine();
    expect((await engineAt({ host: `tcp://127.0.0.1:${port}`, tls: trusted() }).info(signal)).id).toBe('far');
    expect((await engineAt({ host: `https://localhost:${port}`, tls: trusted() }).info(signal)).id).toBe('far');
  });

  it('is asked with those of DOCKER_CERT_PATH, or of its context', async () => {
    const host = `tcp://127.0.0.1:${await engine()}`;
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: pemFolder('certs') };
    expect((await engineAt({}, env).info(signal)).id).toBe('far');
    expect((await engineAt({ context: 'default' }, env).info(signal)).id).toBe('far');
    pemFolder(writeContext('far', { Host: host }));
    expect((await engineAt({}, { DOCKER_CONTEXT: 'far' }).info(signal)).id).toBe('far');
  });

  it.skipIf(!hasIPv6)('may have an address of IPv6 (needs IPv6)', async () => {
    const host = `tcp://[::1]:${await engine(server, { host: '::1' })}`;
    expect((await engineAt({ host, tls: trusted() }).info(signal)).id).toBe('far');
  });

  it('hands connections over, both ways', async () => {
    const daemon = engineAt({ host: `tcp://127.0.0.1:${await engine()}`, tls: trusted() });
    const duplex = await daemon.duplex({ method: 'POST', path: '/exec/x/start', body: { Tty: false }, signal });
    duplex.write('a word');
    expect(String(((await once(duplex, 'data')) as [Buffer])[0])).toBe('a word');
    duplex.destroy();
  });

  it('is not asked with what the variables of the process say of another', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://elsewhere:2376');
    vi.stubEnv('DOCKER_CERT_PATH', join(folder, 'nowhere'));
    const port = await engine();
    expect((await engineAt({ host: `tcp://127.0.0.1:${port}`, tls: trusted() }).info(signal)).id).toBe('far');
    expect(process.env['DOCKER_HOST']).toBe('tcp://elsewhere:2376');
  });

  it('that has no certificate of a trusted authority is not asked, also where a context would not look at it', async () => {
    const host = `tcp://127.0.0.1:${await engine()}`;
    const what = `The Docker engine at ${host} shows a certificate that is not trusted here: `;
    expect(await refusal({ host, tls: { ...trusted(), ca: other.file } })).toMatchObject({
      ...{ code: 'AMBIT_DOCKER_TLS', message: expect.stringContaining(what) as string },
      hint: `Name the certificate of the authority that has signed it; ${other.file} does not vouch for it.`,
    });
    writeContext('blind', { Host: host, SkipTLSVerify: true });
    expect(await refusal({ context: 'blind' })).toMatchObject({
      message: expect.stringContaining(what) as string,
      hint: expect.stringContaining('tls: { ca }') as string,
    });
  });

  it('has to be the one that its certificate is for', async () => {
    const host = `tcp://127.0.0.1:${await engine(authority.sign('elsewhere', { names: 'DNS:elsewhere.test' }))}`;
    expect(await refusal({ host, tls: trusted() })).toMatchObject({
      code: 'AMBIT_DOCKER_TLS',
      message: `The Docker engine at ${host} shows a certificate for DNS:elsewhere.test, not for 127.0.0.1.`,
      hint: 'Name it as its certificate does, or give it one for 127.0.0.1.',
    });
  });

  it('must not have a certificate of yesterday', async () => {
    const host = `tcp://localhost:${await engine(authority.sign('old', { names: 'DNS:localhost', days: -1 }))}`;
    expect(await refusal({ host, tls: trusted() })).toMatchObject({
      code: 'AMBIT_DOCKER_TLS',
      message: `The Docker engine at ${host} shows a certificate that is not valid now: certificate has expired.`,
    });
  });

  it('refuses who shows it no certificate', async () => {
    const host = `tcp://127.0.0.1:${await engine()}`;
    expect(await refusal({ host, tls: { ca: authority.file } })).toMatchObject({
      code: 'AMBIT_DOCKER_TLS',
      message: `The Docker engine at ${host} wants a client certificate, and was shown none.`,
      hint: expect.stringContaining('tls: { cert, key }') as string,
    });
  });

  it('refuses who shows it one of another authority, or of yesterday', async () => {
    const host = `tcp://127.0.0.1:${await engine()}`;
    for (const files of [other.sign('client'), authority.sign('former', { days: -1 })]) {
      const error = await refusal({ host, tls: { ca: authority.file, ...files } });
      expect(`${error.message} ${error.hint}`).toContain(`accept the client certificate ${files.cert}`);
    }
  });

  it('says so to who speaks no TLS', async () => {
    const host = `tcp://127.0.0.1:${await engine()}`;
    expect(await refusal({ host })).toMatchObject({ hint: expect.stringContaining('If it speaks TLS: ') as string });
    // The words of an engine, which Go's servers have ready.
    const words: RequestListener = (_, response) =>
      response.writeHead(400, { connection: 'close' }).end('Client sent an HTTP request to an HTTPS server.\n');
    const said = `tcp://127.0.0.1:${await listening(createPlainServer(words))}`;
    expect(await refusal({ host: said })).toMatchObject({
      code: 'AMBIT_DOCKER_TLS',
      message: `The Docker engine at ${said} speaks TLS, and was asked without.`,
      hint: expect.stringContaining('DOCKER_TLS_VERIFY=1') as string,
    });
  });
});

describe.runIf(hasOpenssl)('files of certificates', () => {
  const host = 'tcp://127.0.0.1:9';
  const unused = 'The Docker engine at tcp://127.0.0.1:9 is not asked: ';
  const written = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it.each<[string, () => Partial<DockerTls>, (tls: DockerTls) => string]>([
    ['is not there', () => ({ key: '/nowhere/key.pem' }), () => 'the key of the client certificate, /nowhere/key.pem, is not there.'],
    ['cannot be read', () => ({ ca: folder }), ({ ca }) => `the certificate of its authority, ${ca}, cannot be read: EISDIR: illegal`],
    [
      'holds something else',
      () => ({ ca: written('x', 'x') }),
      ({ ca }) => `the certificate of its authority, ${ca}, holds no certificate`,
    ],
    ['holds another thing', () => ({ cert: own.key }), ({ cert }) => `the client certificate, ${cert}, holds no certificate in PEM.`],
    ['holds no key', () => ({ key: own.cert }), ({ key }) => `the key of the client certificate, ${key}, holds no private key in PEM.`],
    [
      'is locked',
      () => ({ key: written('k', '-----BEGIN ENCRYPTED PRIVATE KEY-----') }),
      ({ key }) => `${key}, is locked with a passphrase`,
    ],
    [
      'belongs to another',
      () => ({ key: server.key }),
      ({ key, cert }) => `the key of the client certificate, ${key}, does not belong to ${cert}.`,
    ],
  ])('are looked at before the engine is asked: one that %s', async (_, wrong, why) => {
    const tls = { ...trusted(), ...wrong() };
    const error = await refusal({ host, tls });
    expect(error).toMatchObject({ code: 'AMBIT_DOCKER_TLS', hint: expect.stringContaining('Name the right files') as string });
    expect(error.message.startsWith(unused)).toBe(true);
    expect(error.message).toContain(why(tls));
  });

  it('are those that a folder has: a key without a certificate is half of one', async () => {
    const certs = pemFolder('half');
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certs };
    rmSync(join(certs, 'cert.pem'));
    expect((await refusal({}, env)).message).toContain(`the client certificate, ${certs}/cert.pem, is not there.`);
    rmSync(join(certs, 'key.pem'));
    expect((await refusal({}, env)).message).toContain('ECONNREFUSED');
    rmSync(join(certs, 'ca.pem'));
    expect((await refusal({}, env)).message).toContain(`the certificate of its authority, ${certs}/ca.pem, is not there.`);
  });

  it('are not written out with the options of a call', () => {
    const pem = { key: readFileSync(own.key), cert: readFileSync(own.cert) };
    const agent = engineAgent(pem, { noticeMs: 1, limitMs: 1, onSlow: () => undefined });
    expect(inspect({ agent }, { depth: null, showHidden: true })).toBe('{ agent: Agent }');
  });
});

describe.runIf(hasOpenssl)('what is no engine that speaks TLS', () => {
  it('speaks HTTP', async () => {
    const host = `tcp://127.0.0.1:${await listening(createPlainServer((_, response) => void response.end('{}')))}`;
    expect(await refusal({ host, tls: trusted() })).toMatchObject({
      code: 'AMBIT_DOCKER_TLS',
      message: `The Docker engine at ${host} does not speak TLS at its port.`,
      hint: expect.stringContaining('DOCKER_TLS_VERIFY') as string,
    });
  });

  it('speaks something else', async () => {
    const host = `tcp://127.0.0.1:${await listening(createServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')))}`;
    expect(await refusal({ host })).toMatchObject({
      code: 'AMBIT_DOCKER_UNREACHABLE',
      message: `The Docker engine at ${host} does not answer: what answers there does not speak HTTP.`,
    });
  });

  it('says nothing: a notice, and an end', async () => {
    const host = `tcp://127.0.0.1:${await listening(createServer())}`;
    const log = recordingLogger();
    const options = checkOptions({ host, tls: trusted() });
    const daemon = dockerDaemon(options, { env: {}, home: folder }, { log, patience: { noticeMs: 20, limitMs: 200 } });
    await expect(daemon.info(signal)).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_UNREACHABLE',
      message: `The Docker engine at ${host} does not answer: there was no connection within 0.2 s.`,
    });
    expect(log.entries.map(({ level, message }) => `${level} ${message}`)).toEqual([
      `warn There is no connection to the Docker engine at ${host} yet; each try is given up after 0.2 s.`,
    ]);
  });
});
