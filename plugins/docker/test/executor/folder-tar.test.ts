import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderTar } from '../../src/executor/folder-tar.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ad-tar-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a folder as a tar', () => {
  it('is unpacked by tar to the same files, which all may read and those that may be started all may start', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    for (const folder of [join(from, 'lib'), to]) mkdirSync(folder, { recursive: true });
    const big = Buffer.alloc(700_001, 'x');
    writeFileSync(join(from, 'node'), big);
    chmodSync(join(from, 'node'), 0o700);
    writeFileSync(join(from, 'lib/empty'), '', { mode: 0o600 });
    writeFileSync(join(from, 'lib/block'), Buffer.alloc(512, 1));
    symlinkSync('/etc/passwd', join(from, 'link'));
    const parts: Uint8Array[] = [];
    for await (const part of folderTar(from)) parts.push(part);
    execFileSync('tar', ['-xf', '-', '-C', to], { input: Buffer.concat(parts) });
    expect(readFileSync(join(to, 'node')).equals(big)).toBe(true);
    expect(readFileSync(join(to, 'lib/block'))).toHaveLength(512);
    expect(['node', 'lib/empty', 'lib'].map((name) => statSync(join(to, name)).mode & 0o777)).toEqual([0o755, 0o644, 0o755]);
    expect(() => statSync(join(to, 'link'))).toThrow('ENOENT');
  });
});
