import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { streamConnection } from '../../src/index.ts';
import type { Connection } from '../../src/index.ts';

let folder: string;
let near: Connection;
let far: Socket;
let close: () => void;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ambit-stream-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  near = streamConnection(createConnection(join(folder, 's')), 'w-1');
  far = await accepted;
  close = () => server.close();
});
afterEach(() => {
  far.destroy();
  close();
  rmSync(folder, { recursive: true });
});

async function text(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of near.input) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('carries bytes both ways, and ends with the other end', async () => {
  far.once('data', (data) => far.end(`got ${data.toString()}`));
  await near.write(Buffer.from('hello'));
  expect(await text()).toBe('got hello');
});

it('writes no faster than the other end reads', async () => {
  far.pause();
  const data = Buffer.alloc(2 ** 20);
  let written = 0;
  const writing = (async () => {
    for (; written < 16; written += 1) await near.write(data);
  })();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(written).toBeLessThan(16);
  far.resume();
  await writing;
});

it('does not wait for what is small to leave', async () => {
  far.pause();
  for (let at = 0; at < 10; at += 1) {
    let isWritten = false;
    void near.write(Buffer.alloc(10)).then(() => (isWritten = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(isWritten).toBe(true);
  }
});

it('ends without an error where it was closed on this side', async () => {
  const reading = text();
  await near.close();
  expect(await reading).toBe('');
  await near.close();
});

it('refuses to write once it is broken', async () => {
  const closed = new Promise((resolve) => far.once('close', resolve));
  far.destroy();
  await closed;
  const writeOn = async (): Promise<void> => {
    for (;;) await near.write(Buffer.alloc(65_536));
  };
  await expect(writeOn()).rejects.toMatchObject({ code: 'AMBIT_WORKER_CONNECTION' });
});
