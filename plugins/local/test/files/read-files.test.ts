import { chmodSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles } from '../../src/index.ts';
import type { FilesRequest } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ambit-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function put(path: string, content = path): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function digest(path = 'src', what: FilesRequest['what'] = 'source', context?: string): Promise<string> {
  return (await readFiles({ what, path: join(root, path), ...(context === undefined ? {} : { context: join(root, context) }) }, never()))
    .digest;
}

describe('the digest of files', () => {
  it('is the same wherever the files lie and whenever they were written', async () => {
    put('src/a/b.txt');
    put('src/c.txt');
    const before = await digest();
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
    await cp(join(root, 'src'), join(root, 'copy'), { recursive: true });
    utimesSync(join(root, 'copy/c.txt'), 1, 1);
    chmodSync(join(root, 'copy/c.txt'), 0o600);
    expect(await digest('copy')).toBe(before);
  });

  it.each<[string, () => void]>([
    ['a content', () => void put('src/a/b.txt', 'other')],
    ['a name', () => renameSync(join(root, 'src/c.txt'), join(root, 'src/d.txt'))],
    ['the executable bit', () => chmodSync(join(root, 'src/c.txt'), 0o755)],
    ['a new empty file', () => void put('src/new', '')],
    ['a new empty folder', () => mkdirSync(join(root, 'src/new'))],
    ['a link in place of a file', () => symlinkSync('c.txt', join(root, 'src/e.txt'))],
  ])('changes with %s', async (_, change) => {
    put('src/a/b.txt');
    put('src/c.txt');
    const before = await digest();
    change();
    expect(await digest()).not.toBe(before);
  });

  it('tells a folder of two files from one with their names and contents moved', async () => {
    put('one/a', 'bc');
    put('two/ab', 'c');
    expect(await digest('one')).not.toBe(await digest('two'));
  });

  it('does not count what is made anew elsewhere', async () => {
    put('src/a.txt');
    const before = await digest();
    for (const path of ['src/node_modules/x/index.js', 'src/.git/HEAD', 'src/deep/../__pycache__/a.pyc']) put(path);
    expect(await digest()).toBe(before);
  });

  it('keeps links that stay inside, and refuses those that lead out by name', async () => {
    put('src/a/b.txt');
    symlinkSync('../a/b.txt', join(root, 'src/a/inner'));
    await digest();
    symlinkSync('../../elsewhere', join(root, 'src/a/outer'));
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_LINK_OUTSIDE', facts: { target: '../../elsewhere' } });
  });

  it('refuses an absolute link, even one to inside: it leads elsewhere in a copy', async () => {
    symlinkSync(put('src/a.txt'), join(root, 'src/b.txt'));
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_LINK_OUTSIDE' });
  });

  it('of a project counts its manifest and its lock file, which it reports', async () => {
    put('app/package.json', '{}');
    put('app/index.js');
    const request = { what: 'npm-project', path: join(root, 'app') } as const;
    const bare = await readFiles(request, never());
    expect(bare.lock).toBe(false);
    put('app/index.js', 'changed');
    expect(await readFiles(request, never())).toEqual(bare);
    put('app/package-lock.json', '{}');
    const locked = await readFiles(request, never());
    expect(locked.lock).toBe(true);
    expect(locked.digest).not.toBe(bare.digest);
  });

  it('of a Dockerfile counts its context too', async () => {
    put('Dockerfile', 'FROM x');
    put('context/a.txt');
    const before = await digest('Dockerfile', 'dockerfile', 'context');
    put('context/a.txt', 'changed');
    expect(await digest('Dockerfile', 'dockerfile', 'context')).not.toBe(before);
  });

  it('says what is missing, or cannot be read', async () => {
    await expect(digest('nothing')).rejects.toMatchObject({
      code: 'AMBIT_FILES_MISSING',
      message: expect.stringContaining(join(root, 'nothing')) as unknown,
    });
    put('app/index.js');
    await expect(digest('app', 'npm-project')).rejects.toMatchObject({ code: 'AMBIT_FILES_MISSING', facts: { name: 'package.json' } });
    mkdirSync(join(root, 'src'));
    spawnSync('mkfifo', [join(root, 'src/pipe')]);
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_UNREADABLE' });
  });
});
