import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from '../cli/test-project.ts';
import type { Ended, Running } from '../cli/test-project.ts';
import { CutProxy } from '../../../../tools/cut-proxy.ts';
import { OwnDocker } from './own-docker.ts';

const shared = process.env['DOCKER_HOST'] ?? '';
const canStartOne = process.getuid?.() === 0 && spawnSync('dockerd', ['--version']).status === 0;

const config = `import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';
const engine = docker({ host: process.env['ENGINE'] });
const user = process.env['CONTAINER_USER'];
const inDocker = { executor: 'docker', options: { network: 'none', ...(user && { user }) } };
export default defineConfig({
  builders: { docker: engine },
  executors: { docker: engine },
  environments: { box_env: inDocker, other_env: inDocker },
});
`;
const main = `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskEnvironment, taskContext } from 'ambit';
const box = new TaskEnvironment({ name: 'box_env', image: 'busybox:latest' });
const other = new TaskEnvironment({ name: 'other_env', image: 'ambit-other:latest' });
const top = new TaskEnvironment({ name: 'top_env', dependsOn: [box] });
/** Its first attempt waits for a file, and says when it has seen it. */
export const waits = box.task('waits', async () => {
  const { attempt } = taskContext()!;
  console.log('at work');
  while (attempt === 1 && !existsSync('/tmp/go')) await sleep(20);
  writeFileSync('/tmp/gone-on', '');
  return attempt;
});
const quick = box.task('quick', async () => 1);
export const again = top.task('again', async (path: string) => {
  await quick();
  console.log('at work');
  while (!existsSync(path)) await sleep(20);
  return quick();
});
export const elsewhere = other.task('elsewhere', async () => 1);
`;

interface Document {
  readonly status: string;
  readonly cancel?: { readonly confirmed: boolean; readonly evidence: readonly object[] };
  readonly actions: readonly { readonly task: string; readonly attempts: readonly Attempt[] }[];
}

interface Attempt {
  readonly number: number;
  readonly worker: string;
  readonly outcome: string;
  readonly failure?: string;
}

let own: OwnDocker;
let project: TestProject;
/** The engine as one that is elsewhere: all goes through it. */
let way: CutProxy;

function start(task: string, words: readonly string[] = [], host = own.host): Running {
  return project.start(['run', 'main.ts', task, ...words], { env: { ENGINE: host } });
}

/** A run whose task is in its container, whose name it gives. */
async function atWork(...of: Parameters<typeof start>): Promise<{ readonly run: Running; readonly worker: string }> {
  const run = start(...of);
  await run.until('at work');
  const [worker = ''] = await own.workers();
  return { run, worker };
}

/** Of the worker in a container. */
function idOf(container: string): string {
  return container.slice('/ambit-'.length);
}

async function shown(): Promise<Document> {
  return JSON.parse((await project.ambit(['runs', 'show', '--json'], { env: { ENGINE: own.host } })).stdout) as Document;
}

function attemptsOf({ actions }: Document, task = 'box_env.waits'): readonly (readonly unknown[])[] {
  const attempts = actions.filter((action) => action.task === task).flatMap((action) => action.attempts);
  return attempts.map(({ number, outcome, failure }) => [number, outcome, failure]);
}

async function succeeded(run: Running, value: unknown): Promise<Ended> {
  const ended = await run.ended;
  expect({ code: ended.code, stdout: ended.stdout.trim() }, ended.stderr).toEqual({ code: 0, stdout: JSON.stringify(value) });
  return ended;
}

if (shared === '' || !canStartOne) it.skip('faults of runs on a Docker engine of their own [needs docker]');
else
  describe('a run on a Docker engine [needs docker]', { timeout: 90_000 }, () => {
    beforeAll(async () => {
      [own, project] = await Promise.all([
        OwnDocker.start('busybox:latest', shared),
        TestProject.make({ 'ambit.config.ts': config, 'main.ts': main }),
      ]);
      way = new CutProxy(own.socket, 'port');
      await way.join();
      const scope = join(project.folder, 'node_modules/@ambit');
      await mkdir(scope);
      await symlink(fileURLToPath(new URL('../../../../plugins/docker', import.meta.url)), join(scope, 'docker'));
    }, 60_000);
    afterEach(async () => expect(await own.workers()).toEqual([]));
    afterAll(async () => {
      await way.cut();
      await own.dispose();
      await project.remove();
    }, 60_000);

    it.each([
      ['is restarted', 'SIGTERM'],
      ['crashes and comes back', 'SIGKILL'],
    ] as const)('that %s loses the attempt, makes another in a new container, and succeeds', async (_, signal) => {
      const { run } = await atWork('waits');
      await own.end(signal);
      await own.begin();
      await succeeded(run, 2);
      const document = await shown();
      expect(attemptsOf(document)).toEqual([
        [1, 'lost', 'infrastructure'],
        [2, 'succeeded', undefined],
      ]);
      const workers = document.actions[0]?.attempts.map(({ worker }) => worker);
      expect(new Set(workers).size).toBe(2);
    });

    it('that is away for seconds when a worker is to be started waits for it', async () => {
      const go = join(project.folder, 'back');
      const { run, worker } = await atWork('again', ['--path', go]);
      await own.removeWorker(worker);
      await run.until(`${idOf(worker)} was lost`);
      await own.end('SIGTERM');
      await project.write({ back: '' });
      await run.until('could not be started');
      await own.begin();
      await succeeded(run, 1);
      expect(attemptsOf(await shown(), 'box_env.quick')).toEqual([
        [1, 'succeeded', undefined],
        [1, 'succeeded', undefined],
      ]);
    });

    it('that is elsewhere and gone for good fails, says why, and does nothing twice', async () => {
      const { run, worker } = await atWork('waits', ['--json'], way.host);
      await own.end('SIGKILL');
      const { code, stdout, stderr } = await run.ended;
      const why = `The worker ${idOf(worker)} cannot be reached, nor stopped: The Docker engine at ${way.host} `;
      expect(code, stderr).toBe(6);
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'failed',
        error: { code: 'AMBIT_WORKER_LOST', failure: 'infrastructure', message: expect.stringContaining(why) as string, attempt: 1 },
      });
      expect(stderr.match(/at work/g)).toHaveLength(1);
      await own.begin();
      expect(await own.workers()).toEqual([worker]);
      await own.removeWorker(worker);
    });

    it('that crashes while its container lives on has the result all the same, and says what may be left', async () => {
      const { run, worker } = await atWork('waits');
      const root = await own.rootOf(worker);
      await own.end('SIGKILL');
      await writeFile(join(root, 'tmp/go'), '');
      const { stderr } = await succeeded(run, 1);
      expect(stderr).toContain(idOf(worker));
      expect(attemptsOf(await shown())).toEqual([[1, 'succeeded', undefined]]);
      await own.begin();
      await own.removeWorker(worker);
    });

    it.each([
      ['here', () => own.host],
      ['elsewhere', () => way.host],
    ])('that is %s, and gone when it is cancelled, says that nothing proves its end', async (_, host) => {
      const { run, worker } = await atWork('waits', ['--json'], host());
      await own.end('SIGKILL');
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.ended;
      expect(code, stderr).toBe(131);
      const detail = expect.stringMatching(/^The Docker engine at /) as string;
      const cancel = { confirmed: false, evidence: [{ worker: idOf(worker), detail }] };
      expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled', cancel });
      expect(stderr).toContain('It is not certain that all of it has stopped');
      await own.begin();
      await own.removeWorker(worker);
    });

    it('is connected to its worker directly, or through the engine for a user who may not look into containers', async () => {
      const nobody = 65534;
      const home = await mkdtemp(join(tmpdir(), 'ambit-nobody-'));
      await chown(home, nobody, nobody);
      await chmod(own.socket, 0o666);
      await chmod(dirname(own.socket), 0o711);
      await chmod(dirname(project.folder), 0o755);
      const of = (name: string): string => join(home, name);
      const env = { ENGINE: own.host, HOME: home, AMBIT_STATE: of('state'), AMBIT_CACHE: of('cache'), AMBIT_MACHINE_STATE: of('machine') };
      const ways = [
        { options: { env: { ENGINE: own.host } }, commands: 0 },
        { options: { uid: nobody, env }, commands: 1 },
        { options: { uid: nobody, env: { ...env, CONTAINER_USER: String(nobody) } }, commands: 0 },
      ];
      for (const { options, commands } of ways) {
        const run = project.start(['run', 'main.ts', 'waits'], options);
        await run.until('at work');
        const [worker = ''] = await own.workers();
        expect(await own.commandsIn(worker)).toBe(commands);
        await writeFile(join(await own.rootOf(worker), 'tmp/go'), '');
        await succeeded(run, 1);
      }
      await rm(home, { recursive: true });
    });

    it('to which the connection breaks goes on, and has its result once', async () => {
      const { run, worker } = await atWork('waits', [], way.host);
      await way.cut();
      expect(await own.run(worker, 'touch', '/tmp/go')).toBe(0);
      await expect.poll(() => own.run(worker, 'test', '-e', '/tmp/gone-on'), { timeout: 20_000 }).toBe(0);
      await way.join();
      await succeeded(run, 1);
      expect(attemptsOf(await shown())).toEqual([[1, 'succeeded', undefined]]);
    });

    it('whose image is removed fails when it needs another worker', async () => {
      const go = join(project.folder, 'go');
      const { run, worker } = await atWork('again', ['--path', go, '--json']);
      await own.removeWorker(worker);
      await own.removeImage('busybox:latest');
      await project.write({ go: '' });
      const { code, stdout, stderr } = await run.ended;
      await own.load('busybox:latest', shared);
      expect(code, stderr).toBe(6);
      const why = 'no worker of box_env could be started on docker in 6 tries: The image busybox:latest could not be pulled: ';
      expect(JSON.parse(stdout)).toMatchObject({
        error: { failure: 'infrastructure', cause: { code: 'AMBIT_WORKER_NOT_STARTED', message: expect.stringContaining(why) as string } },
      });
    });

    it('whose image is for another platform ends before it begins, and says which', async () => {
      await own.makeImage('ambit-other:latest', 's390x');
      const { code, stderr } = await start('elsewhere').ended;
      expect(code, stderr).toBe(3);
      expect(stderr).toMatch(
        /other_env runs in the image ambit-other:latest as it is; executor docker needs it for linux\/\w+, and can have it for linux\/s390x\./,
      );
      expect(stderr).toContain('AMBIT_PLAN_IMAGE_PLATFORM');
    });
  });
