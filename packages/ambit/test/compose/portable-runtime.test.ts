import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryMachine } from '@ambit/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { portableFiles } from '../../src/compose/portable-runtime.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ambit-portable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a runtime in an image is for all, whatever its files are like here, and keeps its own digest', async () => {
  const path = join(folder, 'runtime');
  mkdirSync(join(path, 'lib'), { recursive: true });
  writeFileSync(join(path, 'node'), 'a program');
  writeFileSync(join(path, 'lib/libc.so'), 'text');
  for (const [name, mode] of Object.entries({ node: 0o700, 'lib/libc.so': 0o600, lib: 0o700 })) chmodSync(join(path, name), mode);
  const machine = { ...memoryMachine(), cacheDirectory: join(folder, 'cache') };
  const digest = `sha256:${'5'.repeat(64)}` as const;
  const locations = [{ kind: 'host-directory', machine: machine.id, path }] as const;
  const files = await portableFiles(machine, { digest, locations }, new AbortController().signal);
  expect(files.digest).toBe(digest);
  expect(files.entries.map((entry) => [entry.path, entry.kind, entry.kind === 'link' ? undefined : entry.mode])).toEqual([
    ['lib', 'folder', 0o755],
    ['lib/libc.so', 'file', 0o644],
    ['node', 'file', 0o755],
  ]);
  const read: Buffer[] = [];
  for await (const chunk of files.read('lib/libc.so', new AbortController().signal)) read.push(Buffer.from(chunk));
  expect(Buffer.concat(read).toString()).toBe('text');
});
