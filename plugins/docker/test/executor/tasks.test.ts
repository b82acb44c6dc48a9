import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engine } from '../testbed.ts';
import { ContainerWork } from './container-work.ts';
import { removeImage, testImage } from './test-images.ts';
import type { TestImage } from './test-images.ts';

const brought = '/opt/ambit/runtime/node';
const node = `() => ({ path: process.execPath, major: Number(process.versions.node.split('.')[0]) })`;
const world = `async () => {
  const { writeFileSync, readdirSync } = await import('node:fs');
  const write = (path) => { try { writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } };
  const [uid, gid] = [process.getuid(), process.getgid()];
  return { uid, gid, cwd: process.cwd(), env: { ...process.env }, here: write('here'), root: write('/root-file'), tmp: write('/tmp/file') };
}`;

let work: ContainerWork;
let made: string[] = [];
beforeEach(async () => {
  work = await ContainerWork.open('socket');
});
afterEach(async () => {
  await work.dispose();
  for (const name of made) await removeImage(work.place, name);
  made = [];
});

async function image(of: TestImage): Promise<string> {
  const name = await testImage(work.place, of);
  made.push(name);
  return name;
}

describe.skipIf(engine === undefined)('a task in a container [needs docker]', () => {
  it.each(['busybox:latest', 'debian:bookworm-slim', 'python:3.11-slim-bookworm', 'ambit-empty:latest'])(
    'of %s, which has no Node, runs on the one that is brought',
    async (reference) => {
      await work.run({ node }, {}, reference);
      expect(await work.value('node')).toEqual({ path: brought, major: Number(process.versions.node.split('.')[0]) });
    },
  );

  it('of an image with a new Node runs on that', async () => {
    await work.run({ node }, {}, 'node:22-bookworm-slim');
    expect(await work.value('node')).toEqual({ path: '/usr/local/bin/node', major: 22 });
  });

  it('of an image with an old Node runs on the one that is brought, and sees its own as programs do', async () => {
    const files = { '/usr/bin/node': '#!/bin/sh\necho v16.20.2\n' };
    const child = `async () => (await import('node:child_process')).execFileSync('node', ['--version']).toString()`;
    await work.run({ node, child }, {}, await image({ base: 'busybox:latest', files }));
    expect(await work.value('node')).toMatchObject({ path: brought });
    expect(await work.value('child')).toBe('v16.20.2\n');
  });

  it.each([
    ['made elsewhere', {}],
    ['built by Ambit without npm layers', { '/opt/ambit/image.json': '{ "version": 1, "env": {}, "path": [] }' }],
  ])('finds the packages of its image, its variables, and works in its folder: one %s', async (_, manifest) => {
    const files = {
      ...manifest,
      '/app/node_modules/own/package.json': '{ "name": "own", "main": "main.js" }',
      '/app/node_modules/own/main.js': 'module.exports = "the own one";',
    };
    const changes = ['WORKDIR /app', 'ENV GREETING="from the image"', 'ENV LD_LIBRARY_PATH=/lib'];
    const own = `async () => (await import('own')).default`;
    await work.run({ own, world }, { env: { MORE: 'of the environment' } }, await image({ base: 'busybox:latest', files, changes }));
    expect(await work.value('own')).toBe('the own one');
    const seen = (await work.value('world')) as { cwd: string; env: Record<string, string> };
    expect(seen).toMatchObject({
      cwd: '/app',
      env: { GREETING: 'from the image', MORE: 'of the environment', LD_LIBRARY_PATH: '/lib', HOME: '/root' },
    });
    expect(seen.env).not.toHaveProperty('AMBIT_WORKER');
  });

  it.each(['busybox:latest', 'ambit-empty:latest'])(
    'of %s as another user has that user’s rights, and a folder to work in',
    async (reference) => {
      await work.run({ world }, { options: { user: '1234:1235' } }, reference);
      expect(await work.value('world')).toMatchObject({ uid: 1234, gid: 1235, here: 'written', root: 'EACCES' });
    },
  );

  it('on a root that is read-only writes in its folder and /tmp, and nowhere else', async () => {
    await work.run({ world }, { options: { readOnlyRoot: true } });
    expect(await work.value('world')).toMatchObject({ here: 'written', root: 'EROFS', tmp: 'written' });
  });

  it('on a root that is read-only, as another user and without a network, does the same', async () => {
    await work.run({ world }, { options: { readOnlyRoot: true, user: '1234', network: 'none' } });
    expect(await work.value('world')).toMatchObject({ uid: 1234, here: 'written', root: 'EROFS', tmp: 'written' });
  });

  it('is ended with all that it started by a timeout, and the connection stays', async () => {
    const escape = `async () => {
      const { spawn } = await import('node:child_process');
      spawn('sh', ['-c', 'sleep 300 & sleep 300'], { detached: true, stdio: 'ignore' }).unref();
      await new Promise(() => setInterval(() => undefined, 1000));
    }`;
    const sleeping = `async () => {
      const { readdirSync, readFileSync } = await import('node:fs');
      const read = (pid) => { try { return readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch { return ''; } };
      return readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid) && read(pid).includes('sleep\\0')).length;
    }`;
    await work.run({ escape, sleeping });
    expect(await work.outcome('escape', [], { timeoutMs: 1500 })).toMatchObject({ status: 'failed', code: 'AMBIT_TASK_TIMEOUT' });
    expect(await work.value('sleeping')).toBe(0);
    expect(work.ended).toBeUndefined();
  });

  it('that uses up the memory of its container fails for that, and the next one runs', async () => {
    const memory = 192 * 2 ** 20;
    const fill = `() => { const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1)); }`;
    await work.run({ fill, node }, { resources: { cpu: { request: 1 }, memory: { request: memory, limit: memory } } });
    expect(await work.outcome('fill')).toMatchObject({ status: 'failed', failure: 'resources', code: 'AMBIT_TASK_OUT_OF_MEMORY' });
    expect(await work.value('node')).toMatchObject({ path: brought });
  });

  it('has no more processes than its environment allows', async () => {
    const spawn = `async () => {
      const { spawn } = await import('node:child_process');
      const failed = (child) => new Promise((resolve) => child.on('error', (error) => resolve(error.code)).on('spawn', () => resolve(undefined)));
      for (let count = 0; count < 300; count += 1) {
        try { const code = await failed(spawn('sleep', ['300'])); if (code) return code; } catch (error) { return error.code; }
      }
    }`;
    await work.run({ spawn }, { options: { pidsLimit: 100 } });
    expect(await work.value('spawn')).toBe('EAGAIN');
  });
});
