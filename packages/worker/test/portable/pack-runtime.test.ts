import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PORTABLE_RUNTIME_DIRECTORY, platformOf } from '@ambit/plugin-api';
import { packRuntime } from '../../src/portable/index.ts';
import type { PortableRuntime } from '../../src/portable/index.ts';

let directory: string;
let packed: PortableRuntime;
const platform = platformOf({ os: process.platform, arch: process.arch });
const files = [{ name: 'supervisor.js', data: 'console.log(process.version)' }];
const within = (root: string): string[] => ['--user', '--map-root-user', `--root=${root}`];
const hasRoots = spawnSync('unshare', [...within('/'), '/bin/true']).status === 0;

const pack = (source: Partial<Parameters<typeof packRuntime>[1]> = {}, wanted = platform): Promise<PortableRuntime> =>
  packRuntime(join(directory, 'runtimes'), { files, node: process.execPath, ...source }, wanted);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'aw-portable-'));
  packed = await pack();
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a portable runtime', () => {
  it('is made once per worker and Node, also when several ask at once, and leaves nothing beside it', async () => {
    const others = await Promise.all([pack({ files: [] }), pack({ files: [] })]);
    expect(others[1]).toEqual(others[0]);
    expect(others[0]?.digest).not.toBe(packed.digest);
    expect(await pack()).toEqual(packed);
    expect(new Set(readdirSync(dirname(packed.path)))).toEqual(new Set([packed, others[0]].map(({ path }) => basename(path))));
  });

  it.skipIf(!hasRoots)('runs where there is nothing else, its children too, and none inherits a path of libraries', () => {
    const root = join(directory, 'root');
    const place = join(root, PORTABLE_RUNTIME_DIRECTORY);
    mkdirSync(dirname(place), { recursive: true });
    renameSync(packed.path, place);
    const node = `${PORTABLE_RUNTIME_DIRECTORY}/node`;
    const say = 'JSON.stringify([process.version, process.execPath, process.env.LD_LIBRARY_PATH])';
    const child = `child_process.execFileSync(process.execPath, ['-p', ${JSON.stringify(say)}], { encoding: 'utf8' })`;
    const command = [...within(root), node, '-p', `${say} + ${child}`];
    const { stdout, stderr } = spawnSync('unshare', command, { env: {}, encoding: 'utf8' });
    renameSync(place, packed.path);
    const own = JSON.stringify([process.version, node, null]);
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: own + own, stderr: '' });
  });

  it.skipIf(!hasRoots)('takes its own libraries before those that the image has, and before LD_LIBRARY_PATH', () => {
    const root = join(directory, 'other');
    const place = join(root, PORTABLE_RUNTIME_DIRECTORY);
    for (const folder of [dirname(place), join(root, 'lib')]) mkdirSync(folder, { recursive: true });
    for (const library of readdirSync(join(packed.path, 'lib'))) writeFileSync(join(root, 'lib', library), 'no library');
    renameSync(packed.path, place);
    const command = [...within(root), `${PORTABLE_RUNTIME_DIRECTORY}/node`, '-p', '1 + 1'];
    const { stdout, stderr } = spawnSync('unshare', command, { env: { LD_LIBRARY_PATH: '/lib' }, encoding: 'utf8' });
    renameSync(place, packed.path);
    expect({ stdout, stderr }).toEqual({ stdout: '2\n', stderr: '' });
  });

  it('is refused for a platform whose Node is not at hand, by name', async () => {
    await expect(pack({}, 'linux/s390x')).rejects.toMatchObject({
      code: 'AMBIT_RUNTIME_PLATFORM',
      message: expect.stringMatching(new RegExp(`linux/s390x.*${platform}`)) as string,
    });
  });

  it('is refused where Node is no program that can be packed, and leaves nothing', async () => {
    const node = join(directory, 'node');
    writeFileSync(node, '#!/bin/sh\n', { mode: 0o755 });
    const before = readdirSync(join(directory, 'runtimes'));
    await expect(pack({ node })).rejects.toMatchObject({
      code: 'AMBIT_RUNTIME_NOT_PACKED',
      message: expect.stringContaining(node) as string,
    });
    expect(readdirSync(join(directory, 'runtimes'))).toEqual(before);
  });
});
