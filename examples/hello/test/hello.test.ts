import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hello } from '../main.ts';

const folder = new URL('..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'ambit-hello-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('greets', async () => {
  expect(await hello('world')).toBe('Hello, world!');
});

it('greets from a process of its own', () => {
  const env = { ...process.env, AMBIT_STATE: home, AMBIT_MACHINE_STATE: join(home, 'machine'), AMBIT_CACHE: join(home, 'cache') };
  const { stdout, stderr } = spawnSync(join(folder, 'node_modules/.bin/ambit'), ['run', 'main.ts', '--name', 'world'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(stdout, stderr).toBe('Hello, world!\n');
});
