import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, userFiles } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

let place: string;
let root: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ambit-digests-'));
  root = join(place, 'src');
  mkdirSync(root);
  writeFileSync(join(root, 'a.txt'), 'one');
  writeFileSync(join(root, 'b.txt'), 'two');
});
afterEach(() => rm(place, { recursive: true, force: true }));

const request = (): { readonly what: 'source'; readonly path: string } => ({ what: 'source', path: root });
const digest = async (): Promise<string> => (await userFiles(join(place, 'cache')).readFiles(request(), never())).digest;
const plain = async (): Promise<string> => (await readFiles(request(), never())).digest;

/** What was just written is not believed yet. */
async function settled(): Promise<void> {
  const written = Math.max(...['a.txt', 'b.txt'].map((name) => statSync(join(root, name)).ctimeMs));
  while (Date.now() - written < 150) await new Promise((resolve) => setTimeout(resolve, 10));
}

function stored(): { readonly file: string; readonly files: Record<string, [string, string]> } {
  const folder = join(place, 'cache/digests');
  const [name = ''] = readdirSync(folder);
  return {
    file: join(folder, name),
    ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { files: Record<string, [string, string]> }),
  };
}

describe('digests of files that were read before', () => {
  it('are taken for files that look as they did', async () => {
    await settled();
    const before = await digest();
    expect(before).toBe(await plain());
    const { file, files } = stored();
    expect(Object.keys(files).sort()).toEqual(['a.txt', 'b.txt']);
    // Only who does not read the file can believe this.
    files['a.txt']![1] = `sha256:${'0'.repeat(64)}`;
    writeFileSync(file, JSON.stringify({ version: 1, files }));
    expect(await digest()).not.toBe(before);
  });

  it('are not taken for a file that was edited, with the same size and time', async () => {
    await settled();
    await digest();
    const { atime, mtime } = statSync(join(root, 'a.txt'));
    writeFileSync(join(root, 'a.txt'), 'two');
    utimesSync(join(root, 'a.txt'), atime, mtime);
    expect(await digest()).toBe(await plain());
  });

  it('are not kept of what was written a moment ago', async () => {
    await settled();
    const soon = new Date(Date.now() + 60_000);
    utimesSync(join(root, 'b.txt'), soon, soon);
    await digest();
    expect(Object.keys(stored().files)).toEqual(['a.txt']);
  });

  it('of files that are gone are forgotten', async () => {
    await settled();
    await digest();
    await rm(join(root, 'a.txt'));
    await digest();
    expect(Object.keys(stored().files)).toEqual(['b.txt']);
  });

  it.each(['', '{', '{"version":2,"files":{"a.txt":["x","y"]}}', 'null'])('that are damaged do no harm: %j', async (text) => {
    await settled();
    await digest();
    writeFileSync(stored().file, text);
    expect(await digest()).toBe(await plain());
  });

  it('are not needed: a cache that cannot be written is no error', async () => {
    writeFileSync(join(place, 'cache'), 'a file');
    expect(await digest()).toBe(await plain());
  });
});
