import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionError } from '../../src/daemon/daemon-errors.ts';
import { dockerDaemon } from '../../src/daemon/docker-daemon.ts';
import { checkOptions } from '../../src/options.ts';

let home: string;
let server: Server | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ambit-daemon-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(home, { recursive: true, force: true });
});

const signal = AbortSignal.timeout(20_000);
const socket = (): string => join(home, 'engine.sock');
const daemonAt = (host = `unix://${socket()}`): ReturnType<typeof dockerDaemon> => dockerDaemon(checkOptions({ host }), { env: {}, home });

/** An engine that answers as the test says. */
async function answers(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  await once(server.listen(socket()), 'listening');
}

describe('an engine that is asked', () => {
  it('is sent the query and the body as they are, and its words come back', async () => {
    const seen: string[] = [];
    await answers((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        seen.push(`${request.method} ${decodeURIComponent(request.url ?? '')} ${body}`);
        if (request.url?.includes('none')) response.writeHead(204).end();
        else response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ message: 'it is in use - really' }));
      });
    });
    const query = { labels: { a: 'b' }, names: ['x', 'y'], absent: undefined };
    expect(await daemonAt().json({ method: 'POST', path: '/none', query, body: { A: 1 }, signal })).toBeUndefined();
    const refused = daemonAt().json({ method: 'DELETE', path: '/x', signal });
    await expect(refused).rejects.toMatchObject({ code: 'AMBIT_DOCKER_REFUSED', status: 409, reason: 'it is in use - really' });
    expect(seen).toEqual(['POST /none?labels={"a":"b"}&names=x&names=y {"A":1}', 'DELETE /x? ']);
  });

  it('that refuses without a word may be no Docker engine', async () => {
    await answers((_, response) => void response.writeHead(404, { connection: 'close' }).end());
    await expect(daemonAt().json({ method: 'GET', path: '/x', signal })).rejects.toMatchObject({
      message: 'The Docker engine refuses: it does not say why (status 404).',
      hint: expect.stringContaining('DOCKER_HOST') as string,
    });
  });

  it('is not there: whose it is, why, and what to do', async () => {
    await expect(daemonAt().info(signal)).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_UNREACHABLE',
      message: `The Docker engine at unix://${socket()} does not answer: there is no such socket.`,
      hint: expect.stringContaining('DOCKER_HOST') as string,
    });
    await expect(daemonAt('tcp://127.0.0.1:9').info(signal)).rejects.toThrow('does not answer: connect ECONNREFUSED 127.0.0.1:9.');
    await expect(daemonAt('tcp://no-such-host.invalid:1').info(signal)).rejects.toMatchObject({ code: 'AMBIT_DOCKER_UNREACHABLE' });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'may not be used, by a user for whom its socket is closed (needs root, to be another user)',
    async () => {
      await answers((_, response) => void response.writeHead(204, { connection: 'close' }).end());
      const daemon = daemonAt();
      await daemon.json({ method: 'GET', path: '/x', signal });
      process.seteuid?.(65_534);
      const refused = daemon.json({ method: 'GET', path: '/x', signal }).finally(() => process.seteuid?.(0));
      await expect(refused).rejects.toMatchObject({ code: 'AMBIT_DOCKER_PERMISSION' });
    },
  );

  it('may not be used: which group to join', () => {
    const error = connectionError(Object.assign(new Error('connect EACCES /var/run/docker.sock'), { code: 'EACCES' }), {
      address: 'unix:///var/run/docker.sock',
    });
    expect(error).toMatchObject({ code: 'AMBIT_DOCKER_PERMISSION', hint: expect.stringContaining('usermod -aG docker') as string });
    expect(error.message).toBe('You may not use the Docker engine at unix:///var/run/docker.sock.');
  });

  it('has several addresses, and answers at none', () => {
    const errors = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:9`));
    const error = connectionError(Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' }), { address: 'tcp://localhost:9' });
    expect(error.message).toContain('does not answer: connect ECONNREFUSED ::1:9, connect ECONNREFUSED 127.0.0.1:9.');
  });

  it('goes away before it answers, and in the middle of an answer', async () => {
    await answers((request, response) => {
      if (request.url?.startsWith('/cut')) return request.socket.destroy();
      response.writeHead(200);
      response.write('{"half":');
      setImmediate(() => request.socket.destroy());
      return undefined;
    });
    await expect(daemonAt().json({ method: 'GET', path: '/cut', signal })).rejects.toMatchObject({ code: 'AMBIT_DOCKER_DROPPED' });
    const stream = await daemonAt().stream({ method: 'GET', path: '/half', signal });
    await expect(stream.toArray()).rejects.toMatchObject({ code: 'AMBIT_DOCKER_DROPPED' });
  });

  it('is left with the reason of the abort, also in the middle of an answer', async () => {
    await answers((_, response) => void response.writeHead(200).write('x'));
    const abort = new AbortController();
    const stream = await daemonAt().stream({ method: 'GET', path: '/x', signal: abort.signal });
    const reading = stream.toArray();
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await expect(daemonAt().json({ method: 'GET', path: '/x', signal: abort.signal })).rejects.toBe(reason);
  });

  it('says once who it is, and again after it could not', async () => {
    const daemon = daemonAt();
    await expect(daemon.info(signal)).rejects.toMatchObject({ code: 'AMBIT_DOCKER_UNREACHABLE' });
    let asked = 0;
    await answers((request, response) => {
      asked += 1;
      const info = { ID: 'me', NCPU: 2, MemTotal: 4 };
      const version = { Os: 'linux', Arch: 'arm64', Version: '5.1', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] };
      response.end(JSON.stringify(request.url?.startsWith('/info') ? info : version));
    });
    expect(await daemon.info(signal)).toMatchObject({ id: 'me', platform: 'linux/arm64', cpus: 2, isPodman: true });
    expect((await daemon.info(signal)).id).toBe('me');
    expect(asked).toBe(2);
  });

  it('is asked again for one who stays when another leaves', async () => {
    const daemon = daemonAt();
    const leave = new AbortController();
    await answers((request, response) => {
      if (!leave.signal.aborted) return leave.abort();
      response.end(
        JSON.stringify(
          request.url?.startsWith('/info')
            ? { ID: 'me', NCPU: 1, MemTotal: 1 }
            : { Os: 'linux', Arch: 'amd64', Version: '1', ApiVersion: '1.41' },
        ),
      );
      return undefined;
    });
    const [left, stays] = [daemon.info(leave.signal), daemon.info(signal)];
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect((await stays).id).toBe('me');
  });
});
