import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildRunner } from './built-runner.ts';
import type { BuiltRunner } from './built-runner.ts';
import { hasOpenssl } from '../../../../tools/own-authority.ts';
import { trustedServer } from './trusted-server.ts';
import type { TrustedServer } from './trusted-server.ts';
import { RunnerProcess, valueOf } from './runner-process.ts';

const tasks = `
  import { execFileSync } from 'node:child_process';
  import { get } from 'node:https';
  import { connect as connectNamed, createSecureContext } from 'node:tls';
  import { defineTask } from '#ambit/runtime';
  const code = (error) => (error.cause ?? error).code;
  const byGet = (url, options = {}) => new Promise((resolve) =>
    get(url, { agent: false, ...options }, (answer) => { let text = ''; answer.on('data', (data) => (text += data)).on('end', () => resolve(text)); })
      .on('error', (error) => resolve(code(error))));
  const byTls = (url) => new Promise((resolve) => {
    const { port } = new URL(url);
    const socket = connectNamed({ port, host: 'localhost', servername: 'localhost', secureContext: createSecureContext() }, () => { resolve('trusted'); socket.end(); })
      .on('error', (error) => resolve(code(error)));
  });
  defineTask('main_env.ask', async (url) => ({
    fetch: await fetch(url).then((answer) => answer.text(), code),
    get: await byGet(url),
    tls: await byTls(url),
    special: await byGet(url, { minVersion: 'TLSv1.3' }),
  }));
  defineTask('main_env.ask_own', (url, ca) => byGet(url, { ca }));
  defineTask('main_env.variable', () => [process.env.NODE_EXTRA_CA_CERTS, execFileSync('sh', ['-c', 'echo $NODE_EXTRA_CA_CERTS'], { encoding: 'utf8' }).trim()]);
`;

describe.runIf(hasOpenssl)('certificates that are handed over', () => {
  let built: BuiltRunner;
  let server: TrustedServer;
  let runner: RunnerProcess;
  beforeAll(async () => {
    [built, server] = await Promise.all([buildRunner(), trustedServer()]);
  });
  afterAll(async () => {
    await Promise.all([built.dispose(), server.dispose()]);
  });
  afterEach(() => runner.dispose());

  async function start(certificates?: string): Promise<void> {
    runner = await RunnerProcess.start(built.directory, 'main_env', certificates === undefined ? {} : { certificates });
    await runner.load(tasks);
  }

  const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  const refused = { fetch: code, get: code, tls: code, special: code };

  it('are trusted, by whatever way a task connects', async () => {
    await start(server.certificates);
    expect(valueOf(await runner.run('main_env.ask', [server.url]))).toEqual({
      fetch: 'trusted',
      get: 'trusted',
      tls: 'trusted',
      special: 'trusted',
    });
    expect(runner.stderr).toBe('');
  });

  it('are what makes the difference', async () => {
    await start();
    expect(valueOf(await runner.run('main_env.ask', [server.url]))).toEqual(refused);
  });

  it('may be several in a file, with other text', async () => {
    const file = join(server.directory, 'several.pem');
    const ca = readFileSync(server.certificates, 'utf8');
    const own = readFileSync(server.certificate, 'utf8');
    writeFileSync(file, `# first\r\n${own}\nanother line - of text\n${ca.replaceAll('\n', '\r\n')}`);
    await start(file);
    expect(valueOf(await runner.run('main_env.ask', [server.url]))).toMatchObject({ fetch: 'trusted', get: 'trusted' });
  });

  it('are not for a connection that names its own authorities', async () => {
    await start(server.certificates);
    const other = readFileSync(server.certificate, 'utf8');
    expect(valueOf(await runner.run('main_env.ask_own', [server.url, other]))).not.toBe('trusted');
    expect(valueOf(await runner.run('main_env.ask_own', [server.url, readFileSync(server.certificates, 'utf8')]))).toBe('trusted');
  });

  it('are known to what tasks start, by their variable', async () => {
    await start(server.certificates);
    expect(valueOf(await runner.run('main_env.variable'))).toEqual([server.certificates, server.certificates]);
  });

  it.each([
    ['is not there', 'absent.pem', undefined],
    ['holds none', 'empty.pem', 'nothing of use'],
    ['is damaged', 'broken.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ])('are a warning where the file %s, once somebody connects', async (_what, name, content) => {
    const file = join(server.directory, name);
    if (content !== undefined) writeFileSync(file, content);
    await start(file);
    await runner.run('main_env.variable');
    expect(runner.stderr).toBe('');
    expect(valueOf(await runner.run('main_env.ask', [server.url]))).toEqual(refused);
    expect(runner.stderr.match(/Warning: Ignoring extra certs from/g)).toHaveLength(1);
    expect(runner.stderr).toContain(`Ignoring extra certs from \`${file}\`, load failed: `);
  });
});
