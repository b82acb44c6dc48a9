import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';
import type { StartOptions } from './test-project.ts';

const main = `import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e', resources: { memory: '64Mi' } });
function shut() {
  mkdirSync('shut/deep', { recursive: true });
  writeFileSync('shut/deep/file', '');
  for (const folder of ['shut/deep', 'shut']) chmodSync(folder, 0o555);
}
export const leaves = env.task('leaves', async () => shut());
export const waits = env.task('waits', async () => {
  shut();
  console.log('at work');
  await sleep(60_000);
});
`;

const isRoot = process.getuid?.() === 0;
const nobody = 65534;
let project: TestProject;
let home: string;
/** Who runs the command: where the tests run as root, a user who is not. */
let user: StartOptions;
beforeAll(async () => {
  project = await TestProject.make({ 'main.ts': main });
  await chmod(dirname(project.folder), 0o755);
  home = await mkdtemp(join(tmpdir(), 'ambit-plain-'));
  if (isRoot) await chown(home, nobody, nobody);
  user = {
    ...(isRoot && { uid: nobody }),
    env: { HOME: home, AMBIT_STATE: join(home, 'state'), AMBIT_MACHINE_STATE: join(home, 'machine'), AMBIT_CACHE: join(home, 'cache') },
  };
});
afterAll(async () => {
  await project.remove();
  await rm(home, { recursive: true, force: true });
});

/** What is kept of workers: folders that they worked in, and records of the space that they hold. */
async function left(): Promise<readonly string[]> {
  return [...(await readdir(join(home, 'cache/work'))), ...(await readdir(join(home, 'machine/plugins/local/workers')))];
}

describe('a user who is not root', () => {
  it('has nothing left of a task that made folders read-only', async () => {
    const ended = await project.ambit(['run', 'main.ts', 'leaves', '-q'], user);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await left()).toEqual([]);
  });

  it('has nothing left of one that was cancelled at it', async () => {
    const run = project.start(['run', 'main.ts', 'waits'], user);
    await run.until('at work');
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(await left()).toEqual([]);
  });

  it('is told before anything runs that results cannot go there', async () => {
    await project.write({ 'others/file': '' });
    await chmod(join(project.folder, 'others'), 0o555);
    const before = await readdir(join(home, 'state/runs'));
    const { code, stderr } = await project.ambit(['run', 'main.ts', 'leaves', '-q', '--out', 'others/new/results'], user);
    await chmod(join(project.folder, 'others'), 0o755);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--out is others/new/results') as string });
    expect(await readdir(join(home, 'state/runs'))).toEqual(before);
  });

  it('is told by doctor what another user left', async () => {
    const file = join(home, 'machine/machine.db');
    await rm(file, { force: true });
    await writeFile(file, '', { mode: 0o400 });
    const { code, stdout } = await project.ambit(['doctor'], user);
    await rm(file);
    expect(code).toBe(6);
    expect(stdout).toMatch(/✗ machine state .*permission denied, access '.*machine\.db'/);
  });

  it('is told which file may not be read', async () => {
    await project.write({
      'secret.ts': 'export const secret = 1;',
      'imports.ts': `import { secret } from './secret.ts';\nexport { secret };`,
    });
    await chmod(join(project.folder, 'secret.ts'), isRoot ? 0o600 : 0);
    const { code, stderr } = await project.ambit(['plan', 'imports.ts'], user);
    expect(code).toBe(2);
    expect(stderr).toContain('imports.ts:1 cannot be loaded: Cannot read file "secret.ts": permission denied.\n    Check the owner');
  });

  it('may have what root runs with the same folders', async () => {
    if (!isRoot || spawnSync('unshare', ['--pid', '--fork', 'true']).status !== 0) return;
    await project.ambit(['run', 'main.ts', 'leaves', '-q'], user);
    const ended = await project.ambit(['run', 'main.ts', 'leaves', '-q'], { env: user.env! });
    expect(ended.code, ended.stderr).toBe(0);
  });
});
