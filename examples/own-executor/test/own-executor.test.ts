import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = new URL('..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'own-executor-run-'));
const cache = join(home, 'cache');
const env = { ...process.env, AMBIT_STATE: join(home, 'state'), AMBIT_MACHINE_STATE: join(home, 'machine'), AMBIT_CACHE: cache };
afterAll(() => rmSync(home, { recursive: true, force: true }));

function ambit(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(join(folder, 'node_modules/.bin/ambit'), args, { cwd: folder, env, encoding: 'utf8' });
}

/** What `main` says. */
function niceness(...flags: readonly string[]): { readonly main: number; readonly background: number } {
  const { status, stdout, stderr } = ambit('run', 'main.ts', 'main', ...flags);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as ReturnType<typeof niceness>;
}

it('runs an environment as the configuration says, beside others', () => {
  const own = niceness('--executor', 'local').main;
  expect(niceness()).toEqual({ main: own, background: Math.min(own + 10, 19) });
});

it('runs all where the command line says so', () => {
  const own = niceness('--executor', 'local').main;
  const nice = Math.min(own + 10, 19);
  expect(niceness('--executor', 'nice')).toEqual({ main: nice, background: nice });
});

it('is named where somebody misspells it', () => {
  const { status, stderr } = ambit('run', 'main.ts', 'main', '--executor', 'nise');
  expect(status).toBe(2);
  expect(stderr).toContain('nice');
});

it('leaves nothing of its workers', () => {
  expect(readdirSync(join(cache, 'work'))).toEqual([]);
  expect(readdirSync(join(home, 'machine/plugins/nice/workers'))).toEqual([]);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) expect(commandLine(pid)).not.toContain(home);
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
