import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContextEntry } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import { memoryFiles } from '@ambit/testkit';
import type { MemoryFiles } from '@ambit/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { buildContext } from '../../src/build/build-context.ts';
import { never } from '../support/world.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function file(path: string, text: string, mode = 0o644): ContextEntry {
  const digest: Digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { entry: { path, kind: 'file', mode, size: Buffer.byteLength(text), digest }, content: { text } };
}

function from(files: MemoryFiles): readonly ContextEntry[] {
  return files.entries.map((entry) => ({ entry, content: { from: files, path: entry.path } }));
}

async function bytesOf(entries: readonly ContextEntry[], files?: MemoryFiles): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of buildContext(entries, (digest) => (digest === files?.digest ? files : undefined)).open(never()))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What the tar of this system makes of it. */
async function unpacked(entries: readonly ContextEntry[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-context-'));
  folders.push(folder);
  writeFileSync(join(folder, 'all.tar'), await bytesOf(entries));
  execFileSync('tar', ['-xpf', 'all.tar'], { cwd: folder });
  rmSync(join(folder, 'all.tar'));
  return folder;
}

const long = `${'folder-with-a-long-name/'.repeat(8)}file-ä.txt`;

describe('the context of a build', () => {
  it('is a tar that others read: files, modes, folders, links, and names that are long or not plain', async () => {
    const folder = await unpacked([
      { entry: { path: 'empty', kind: 'folder', mode: 0o750 } },
      file('exactly', 'x'.repeat(512)),
      { entry: { path: 'link', kind: 'link', target: `${'a/'.repeat(80)}b` } },
      file('run.sh', '#!/bin/sh\n', 0o755),
      file('ünd', ''),
      file(long, 'long'),
    ]);
    expect(readdirSync(folder).sort()).toEqual(['empty', 'exactly', 'folder-with-a-long-name', 'link', 'run.sh', 'ünd']);
    expect(readFileSync(join(folder, long), 'utf8')).toBe('long');
    expect(readFileSync(join(folder, 'exactly'), 'utf8')).toBe('x'.repeat(512));
    expect(readlinkSync(join(folder, 'link'))).toBe(`${'a/'.repeat(80)}b`);
    expect([statSync(join(folder, 'run.sh')).mode & 0o777, statSync(join(folder, 'empty')).mode & 0o777]).toEqual([0o755, 0o750]);
    expect(statSync(join(folder, 'run.sh')).mtimeMs).toBe(0);
  });

  it('is the same bytes each time, and another digest for another mode, content or kind', async () => {
    const entries = [file('a', '1'), file(long, '2')];
    expect(await bytesOf(entries)).toEqual(await bytesOf(entries.map((each) => structuredClone(each))));
    const digests = [
      [file('a', '1')],
      [file('a', '2')],
      [file('a', '1', 0o755)],
      [file('b', '1')],
      [{ entry: { path: 'a', kind: 'folder' as const, mode: 0o755 } }],
      [{ entry: { path: 'a', kind: 'link' as const, target: '1' } }],
    ].map((each) => buildContext(each, () => undefined).digest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('gives the bytes of one file too', async () => {
    const files = memoryFiles({ 'a.txt': 'one' });
    const context = buildContext([...from(files), file('b', 'two')], () => files);
    const text = async (path: string): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of context.read(path, never())) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    expect([await text('a.txt'), await text('b')]).toEqual(['one', 'two']);
    expect(() => context.read('c', never())).toThrow(expect.objectContaining({ code: 'AMBIT_BUILD_FILES_CHANGED' }) as Error);
  });

  it.each<[string, string | undefined]>([
    ['is gone', undefined],
    ['has as many bytes', 'two'],
    ['is longer', 'one and more'],
    ['is shorter', 'o'],
  ])('ends where a file is not the planned one any more: it %s', async (_, text) => {
    const files = memoryFiles({ 'a.txt': 'one' });
    files.edit('a.txt', text);
    await expect(bytesOf(from(files), files)).rejects.toMatchObject({ code: 'AMBIT_BUILD_FILES_CHANGED', facts: { path: 'a.txt' } });
  });
});
