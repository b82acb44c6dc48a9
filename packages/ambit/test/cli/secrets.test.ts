import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const token = 'hunter2/hunter2+hunter2';
const key = 'first line of a key\nsecond line of a key\n';
const secrets = ['hunter2', 'line of a key', Buffer.from(token).toString('base64').slice(0, -4), encodeURIComponent(token)];

const main = `
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TaskEnvironment, step } from 'ambit';

const open = new TaskEnvironment({ name: 'open_env' });
export const blind = open.task('blind', async () =>
  Object.keys(process.env).filter((name) => /TOKEN|KEY|OTHER/.test(name)));

const env = new TaskEnvironment({
  name: 'secret_env',
  secrets: [Secret.env('TOKEN', { as: 'HF_TOKEN' }), Secret.file('KEY', { path: 'key.pem' }), 'FROM_FILE'],
  dependsOn: [open],
});
export const main = env.task('main', async () => {
  const { HF_TOKEN, KEY, FROM_FILE } = process.env;
  console.log('token', HF_TOKEN, Buffer.from('x' + HF_TOKEN).toString('base64'), encodeURIComponent(HF_TOKEN!));
  console.error(readFileSync(KEY!, 'utf8'));
  execFileSync('sh', ['-c', 'echo "child $HF_TOKEN"'], { stdio: 'inherit' });
  await step('one', () => HF_TOKEN!.length);
  return { lengths: [HF_TOKEN!.length, readFileSync(KEY!, 'utf8').length, FROM_FILE!.length], path: KEY, blind: await blind() };
});
export const fails = env.task('fails', async () => {
  throw Object.assign(new Error('refused ' + process.env.HF_TOKEN), { token: process.env.HF_TOKEN, cause: new Error(process.env.HF_TOKEN) });
});
export const takes = env.task('takes', async (text: string) => text.length);
export const tells = env.task('tells', async () => process.env.HF_TOKEN!);
export const waits = env.task('waits', async () => {
  console.log('waiting');
  await sleep(60_000);
});
`;
const config = `
import { envFile } from '@ambit/local';
export default { secrets: [envFile(new URL('.env', import.meta.url))] };
`;

describe('secrets', () => {
  let project: TestProject;
  const variables = { TOKEN: token, KEY: key, OTHER: 'hunter2-of-the-laptop' };
  const run = (...words: string[]): ReturnType<TestProject['ambit']> => project.ambit(['run', 'main.ts', ...words], { env: variables });

  beforeAll(async () => {
    project = await TestProject.make({ 'main.ts': main, 'ambit.config.ts': config });
    await project.write({ '.env': 'FROM_FILE="hunter2 in a file"\n' });
    await mkdir(join(project.folder, 'node_modules/@ambit'));
    await symlink(fileURLToPath(new URL('../../../../plugins/local', import.meta.url)), join(project.folder, 'node_modules/@ambit/local'));
  });
  afterAll(() => project.remove());

  it('reach the environment that declares them, and no other, and go out of all output', async () => {
    const { code, stdout, stderr } = await run('main');
    expect([code, stderr]).toEqual([0, expect.stringContaining('token *** ')]);
    const { lengths, path, blind } = JSON.parse(stdout) as { lengths: unknown; path: string; blind: unknown };
    expect([lengths, blind]).toEqual([[token.length, key.length, 'hunter2 in a file'.length], []]);
    expect(await readFile(path, 'utf8').catch(() => 'gone')).toBe('gone');
    expect(stderr).toContain('child ***');
    for (const secret of secrets) expect(`${stdout}${stderr}`).not.toContain(secret);
    const logs = await project.ambit(['runs', 'logs', '@last']);
    expect(logs.stdout).toContain('child ***');
    for (const secret of secrets) expect(logs.stdout).not.toContain(secret);
  });

  it('are no arguments: the run is refused before anything of it is recorded', async () => {
    const before = (await project.ambit(['runs', 'list', '--json'])).stdout;
    for (const words of [
      ['--text', `Bearer ${token}`],
      ['--input', '-'],
    ]) {
      const { code, stdout, stderr } = await project.ambit(['run', 'main.ts', 'takes', ...words], {
        env: variables,
        stdin: JSON.stringify([token]),
      });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('An argument of secret_env.takes holds the secret TOKEN.');
      expect(stderr).not.toContain('hunter2');
    }
    expect((await project.ambit(['runs', 'list', '--json'])).stdout).toBe(before);
  });

  it('go out of errors', async () => {
    const { code, stdout, stderr } = await run('fails', '--json');
    expect(code).toBe(1);
    expect(stdout).toContain('refused ***');
    for (const secret of secrets) expect(`${stdout}${stderr}`).not.toContain(secret);
  });

  it('are refused as results', async () => {
    const { code, stderr, stdout } = await run('tells');
    expect([code, stderr]).toEqual([1, expect.stringContaining('holds the secret HF_TOKEN')]);
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
  });

  it('that nobody has are found by the plan, which names those that it asks for', async () => {
    const { code, stdout } = await project.ambit(['plan', 'main.ts', 'main', '--json'], { env: { ...variables, TOKEN: undefined } });
    expect(code).toBe(3);
    const { environments, diagnostics } = JSON.parse(stdout) as { environments: { secrets: string[] }[]; diagnostics: object[] };
    expect(environments.map((environment) => environment.secrets)).toEqual([['TOKEN', 'KEY', 'FROM_FILE'], []]);
    expect(diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_SECRET_MISSING', environment: 'secret_env' }]);
    const why = await project.ambit(['plan', 'main.ts', 'main', '--why', 'secret_env'], { env: variables });
    expect(why.stdout).toMatch(/secrets +TOKEN, KEY, FROM_FILE/);
  });

  it('are in no file but their own, and in no environment or command line of a worker', async () => {
    const running = project.start(['run', 'main.ts', 'waits'], { env: variables });
    await running.until('waiting');
    const workers = project.processes().filter(({ pid }) => pid !== running.child.pid);
    expect(workers.length).toBeGreaterThan(0);
    const told = await Promise.all(workers.flatMap(({ pid }) => ['environ', 'cmdline'].map((name) => textOf(`/proc/${pid}/${name}`))));
    const files = await filesIn(join(project.folder, '..'));
    expect(files.some(({ path }) => path.endsWith('.db'))).toBe(true);
    running.child.kill('SIGINT');
    await running.ended;
    const found = files.filter(
      ({ path, text }) => secrets.some((secret) => text.includes(secret)) && !/\/(\.env|key\.pem|main\.ts)$/.test(path),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
    expect(told.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  });
});

async function textOf(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

async function filesIn(folder: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'node');
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({ path: join(parentPath, name), text: await textOf(join(parentPath, name)) })),
  );
}
