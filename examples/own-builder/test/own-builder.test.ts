import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = new URL('..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'own-builder-run-'));
const cache = join(home, 'cache');
const env = { ...process.env, AMBIT_STATE: join(home, 'state'), AMBIT_MACHINE_STATE: join(home, 'machine'), AMBIT_CACHE: cache };
afterAll(() => rmSync(home, { recursive: true, force: true }));

function ambit(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(join(folder, 'node_modules/.bin/ambit'), args, { cwd: folder, env, encoding: 'utf8' });
}

function images(of: string): readonly string[] {
  const place = join(cache, of, 'images');
  return existsSync(place) ? readdirSync(place) : [];
}

it('makes the image of an environment as the configuration says, once', () => {
  const first = ambit('run', 'main.ts', 'main', '--greeting', 'hello');
  expect({ status: first.status, stdout: first.stdout }, first.stderr).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^hello [\w-]{8}\n$/) as string,
  });
  const [image, ...others] = images('pnpm');
  expect(others).toEqual([]);
  expect(readdirSync(join(cache, 'pnpm/images', String(image), 'node_modules/.pnpm'))).toContain('nanoid@5.1.6');
  const second = ambit('run', 'main.ts', 'main', '--greeting', 'hello');
  expect(second.status, second.stderr).toBe(0);
  expect(first.stderr).toContain('pnpm add nanoid@5.1.6');
  expect(second.stderr).not.toContain('pnpm add');
});

it('is one builder among others', () => {
  const { environments } = JSON.parse(ambit('plan', 'main.ts', 'main', '--builder', 'host', '--json').stdout) as {
    environments: { builder: string; builderBy: string }[];
  };
  expect(environments[0]).toMatchObject({ builder: 'host', builderBy: 'flag --builder' });
});

it('refuses in the plan what it cannot make', () => {
  const { status, stdout } = ambit('plan', 'test/fixtures/apt.ts', 'main', '--json');
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; message: string }[] };
  expect(status).toBe(3);
  expect(diagnostics[0]).toMatchObject({
    code: 'AMBIT_PLAN_BUILDER_MISMATCH',
    message: expect.stringContaining('builder pnpm cannot realise apt layers') as string,
  });
});

it('tells of a package that there is not, and leaves nothing', () => {
  const before = images('pnpm');
  const { status, stderr } = ambit('run', 'test/fixtures/missing.ts', 'main');
  expect(status, stderr).toBe(4);
  expect(stderr).toContain('pnpm add nanoid@999.0.0');
  expect(images('pnpm')).toEqual(before);
});
