import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptFolders } from '../../src/supervisor/attempt-folders.ts';

let directory: string;
let folders: AttemptFolders;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-folders-'));
  folders = new AttemptFolders(join(directory, 'attempts'), undefined);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const uses: Readonly<Record<string, (folder: string) => void>> = {
  'leaves something': (folder) => writeFileSync(join(folder, 'left.txt'), ''),
  'removes what it made': (folder) => {
    writeFileSync(join(folder, 'made.txt'), '');
    unlinkSync(join(folder, 'made.txt'));
  },
  'makes a folder that may not be written': (folder) => {
    mkdirSync(join(folder, 'shut'));
    writeFileSync(join(folder, 'shut/file'), '');
    chmodSync(join(folder, 'shut'), 0o500);
  },
  'changes its rights': (folder) => chmodSync(folder, 0o500),
  'removes it': (folder) => rmdirSync(folder),
  'puts another in its place': (folder) => {
    rmdirSync(folder);
    mkdirSync(folder, { mode: 0o700 });
  },
};

describe('the folders of attempts', () => {
  it('are used again where nothing was made in them, and gone a while after the last', async () => {
    const first = folders.take();
    expect(statSync(first).mode & 0o777).toBe(0o700);
    folders.remove(first);
    expect(folders.take()).toBe(first);
    folders.remove(first);
    await vi.waitFor(() => expect(existsSync(first)).toBe(false), 10_000);
    expect(readdirSync(folders.take())).toEqual([]);
  });

  it.each(Object.keys(uses))('are gone after a task that %s, and the next gets another', async (what) => {
    const first = folders.take();
    uses[what]!(first);
    folders.remove(first);
    const next = folders.take();
    expect(next).not.toBe(first);
    expect(readdirSync(next)).toEqual([]);
    await vi.waitFor(() => expect(existsSync(first)).toBe(false), 10_000);
  });
});
