import { mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installRuntime, localMachine } from '../../src/index.ts';
import type { RuntimeSource } from '../../src/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-runtime-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const digest = `sha256:${'a'.repeat(64)}` as const;

async function install(source: Partial<RuntimeSource> = {}): Promise<string> {
  const supervisor = join(directory, 'built.js');
  writeFileSync(supervisor, 'supervisor');
  const machine = localMachine({ cacheDirectory: join(directory, 'cache'), stateDirectory: directory });
  const files = [
    { name: 'supervisor.js', path: supervisor },
    { name: 'runner.js', data: 'runner' },
  ];
  const runtime = await installRuntime(machine, { files, node: process.execPath, digest, ...source });
  expect(runtime.digest).toBe(source.digest ?? digest);
  const [location] = runtime.locations;
  if (location?.kind !== 'host-directory') throw new Error('it is in no folder');
  expect(location.machine).toBe(machine.id);
  return location.path;
}

describe('the runtime of this machine', () => {
  it('is a folder with the worker, as modules, and a link to Node', async () => {
    const path = await install();
    expect(readFileSync(join(path, 'supervisor.js'), 'utf8')).toBe('supervisor');
    expect(readFileSync(join(path, 'runner.js'), 'utf8')).toBe('runner');
    expect(readlinkSync(join(path, 'node'))).toBe(process.execPath);
    expect(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
  });

  it('is made once, also when many ask at once, and leaves nothing beside it', async () => {
    const paths = await Promise.all([install(), install(), install()]);
    expect(new Set(paths).size).toBe(1);
    writeFileSync(join(paths[0], 'supervisor.js'), 'kept');
    expect(readFileSync(join(await install(), 'supervisor.js'), 'utf8')).toBe('kept');
    expect(readdirSync(join(paths[0], '..'))).toHaveLength(1);
  });

  it('is another one for other files and for another Node', async () => {
    const paths = [await install(), await install({ digest: `sha256:${'b'.repeat(64)}` }), await install({ node: '/another/node' })];
    expect(new Set(paths).size).toBe(3);
  });
});
