import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directSocket } from '../../src/executor/direct-socket.ts';
import { never } from './container-place.ts';

const container = 'c0ffee'.repeat(10);
let folder: string;
let servers: Server[];

/** What Linux would show of a process in this container. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ad-'));
  servers = [];
  mkdirSync(join(folder, 'proc/7'), { recursive: true });
  mkdirSync(join(folder, 'files/work/own'), { recursive: true });
  symlinkSync(join(folder, 'files'), join(folder, 'proc/7/root'));
  writeFileSync(join(folder, 'proc/7/cgroup'), `4:memory:/docker/${container}\n0::/system.slice/docker-${container}.scope\n`);
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function listen(path: string): Promise<void> {
  const server = createServer((socket) => socket.end('hello'));
  servers.push(server);
  await once(server.listen(join(folder, path)), 'listening');
}

async function said(pid = 7, signal = never()): Promise<string | undefined> {
  const socket = await directSocket({ container, pid, socket: '/work/own/s', proc: join(folder, 'proc') }, signal);
  if (!socket) return undefined;
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** Of what is below the folder, what this process holds open. */
function openPlaces(): readonly string[] {
  const places = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return places.filter((place) => place.startsWith(folder));
}

describe.skipIf(process.platform !== 'linux')('a socket in a container of this machine', () => {
  it('is connected to, and nothing stays open', async () => {
    await listen('files/work/own/s');
    expect(await said()).toBe('hello');
    expect(openPlaces()).toEqual([]);
  });

  it('is waited for', async () => {
    rmSync(join(folder, 'files/work'), { recursive: true });
    const heard = said();
    mkdirSync(join(folder, 'files/work/own'), { recursive: true });
    await listen('files/work/own/s');
    expect(await heard).toBe('hello');
  });

  it('is not waited for when its container has ended', async () => {
    const heard = said();
    rmSync(join(folder, 'proc/7'), { recursive: true });
    expect(await heard).toBeUndefined();
  });

  it('is not waited for by who gives up', async () => {
    const end = new AbortController();
    const heard = said(7, end.signal);
    end.abort();
    await expect(heard).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not one of another container, whose process has the number now', async () => {
    await listen('files/work/own/s');
    writeFileSync(join(folder, 'proc/7/cgroup'), `4:memory:/docker/${'decade'.repeat(10)}\n`);
    expect(await said()).toBeUndefined();
  });

  it('is not looked for in a process that is not there', async () => {
    expect(await said(8)).toBeUndefined();
  });

  it.each([
    ['the socket', 'files/work/own/s', 'outside/own/s'],
    ['a folder', 'files/work/own', 'outside/own'],
    ['a folder above', 'files/work', 'outside'],
  ])('is not reached where a task has put a link for %s', async (_, link, target) => {
    mkdirSync(join(folder, 'outside/own'), { recursive: true });
    await listen('outside/own/s');
    rmSync(join(folder, link), { recursive: true, force: true });
    symlinkSync(join(folder, target), join(folder, link));
    expect(await said()).toBeUndefined();
  });

  it('is not a file', async () => {
    writeFileSync(join(folder, 'files/work/own/s'), '');
    expect(await said()).toBeUndefined();
  });
});
