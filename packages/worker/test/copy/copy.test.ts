import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { base } from '../../../../tools/tsup.base.ts';

let directory: string;
let runtime: string;
let target: string;
let last = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'aw-copy-'));
  runtime = join(directory, 'runtime');
  const entry = { copy: join(import.meta.dirname, '../../src/copy/main.ts') };
  await build({ ...base, entry, outDir: runtime, dts: false, clean: false, config: false, silent: true });
  mkdirSync(join(runtime, 'lib/deep'), { recursive: true });
  writeFileSync(join(runtime, 'package.json'), '{"type":"module"}');
  writeFileSync(join(runtime, 'node'), 'a program', { mode: 0o755 });
  writeFileSync(join(runtime, 'lib/deep/secret'), 'x', { mode: 0o400 });
  symlinkSync('deep/secret', join(runtime, 'lib/link'));
  symlinkSync('/nowhere', join(runtime, 'lib/astray'));
  chmodSync(join(runtime, 'lib/deep'), 0o710);
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));
beforeEach(() => void (target = join(directory, `target-${++last}`)));

function copy(...to: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const script = `umask 077; exec "$0" "$@"`;
  const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, join(runtime, 'copy.js'), ...to], {
    env: {},
    encoding: 'utf8',
  });
  return { status, stderr };
}

/** Modes, targets of links, and contents. */
function shown(folder: string): Readonly<Record<string, unknown>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const describe = (path: string): unknown => {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return readlinkSync(path);
    return [stats.mode & 0o777, stats.isFile() ? readFileSync(path, 'utf8') : undefined];
  };
  return Object.fromEntries(paths.map((path) => [path, describe(join(folder, path))]));
}

describe('a runtime that copies itself', () => {
  it('keeps modes and links, whatever this user would make', () => {
    expect(copy(target)).toEqual({ status: 0, stderr: '' });
    expect(shown(target)).toEqual(shown(runtime));
  });

  it('replaces what an earlier one left, leaves what others put there, and the folder as it was', () => {
    mkdirSync(join(target, 'lib'), { recursive: true });
    chmodSync(target, 0o777);
    const elsewhere = join(directory, 'elsewhere');
    writeFileSync(elsewhere, 'not ours');
    symlinkSync(elsewhere, join(target, 'node'));
    writeFileSync(join(target, 'lib/link'), 'half');
    writeFileSync(join(target, 'lib/other'), 'of others', { mode: 0o600 });
    for (const expected of [0, 0]) expect(copy(target)).toEqual({ status: expected, stderr: '' });
    expect(shown(target)).toEqual({ ...shown(runtime), 'lib/other': [0o600, 'of others'] });
    expect(readFileSync(elsewhere, 'utf8')).toBe('not ours');
    expect(lstatSync(target).mode & 0o777).toBe(0o777);
  });

  it('says why it could not, and does not end well', () => {
    writeFileSync(target, 'a file');
    expect(copy(target)).toMatchObject({ status: 1, stderr: expect.stringContaining(target) as string });
    expect(copy()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^The runtime could not be copied: .*mkdir ''/) as string });
  });
});
