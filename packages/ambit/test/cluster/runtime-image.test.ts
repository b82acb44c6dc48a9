import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PORTABLE_RUNTIME_DIRECTORY, copyRuntimeCommand } from '@ambit/plugin-api';
import type { Location, Placement } from '@ambit/plugin-api';
import { TestProject, jsonLines } from '../cli/test-project.ts';
import type { Ended } from '../cli/test-project.ts';
import { ask, removeImage, runContainer } from './engine-api.ts';
import { pull } from './image-cluster.ts';

const engine = process.env['DOCKER_HOST'];
const openRegistry = process.env['AMBIT_TEST_REGISTRY'];
const closedRegistry = process.env['AMBIT_TEST_AUTH_REGISTRY'];
const login = {
  username: process.env['AMBIT_TEST_AUTH_REGISTRY_USER'] ?? '',
  password: closedRegistry === undefined ? '' : readFileSync(process.env['AMBIT_TEST_AUTH_REGISTRY_PASSWORD_FILE'] ?? '', 'utf8').trim(),
};
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const config = `import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';
import { imageCluster } from ${JSON.stringify(here('./image-cluster.ts'))};
const { REPOSITORY, LOGIN, PLACED } = process.env;
const login = LOGIN === undefined ? undefined : JSON.parse(LOGIN);
const registries = login && { [REPOSITORY.split('/')[0]]: { username: login.username, password: 'REGISTRY_PASSWORD' } };
export default defineConfig({
  builders: { docker: docker(registries && { registries }) },
  executors: { cluster: imageCluster({ placed: PLACED, login }) },
  executor: 'cluster',
  ...(REPOSITORY !== undefined && { push: REPOSITORY }),
});
`;
const main = `import { TaskEnvironment } from 'ambit';
const box = new TaskEnvironment({ name: 'box_env', image: 'busybox:latest' });
export const node = box.task('node', async () => process.execPath);
`;

type Pushed = Extract<Location, { kind: 'registry' }>;

describe.skipIf(engine === undefined || openRegistry === undefined)(
  'a runtime that becomes an image [needs docker] [needs registry]',
  () => {
    const name = `ambit-test/${randomUUID()}`;
    const repository = `${openRegistry}/${name}`;
    let project: TestProject;
    let identity = '';
    let pushed: Pushed;

    beforeAll(async () => {
      project = await TestProject.make({ 'ambit.config.ts': config, 'main.ts': main });
      await mkdir(join(project.folder, 'node_modules/@ambit'));
      await symlink(here('../../../../plugins/docker'), join(project.folder, 'node_modules/@ambit/docker'));
    });
    afterAll(async () => {
      await forget();
      for (const { digest } of await placed()) {
        const volume = `ambit-runtime-${digest.slice(7, 23)}`;
        await ask('DELETE', `/containers/${volume}?force=1`, { maybe: true });
        await ask('DELETE', `/volumes/${volume}`, { maybe: true });
      }
      await project.remove();
    });

    const placedFile = (): string => join(project.folder, 'placed');
    const placed = async (): Promise<readonly Pushed[]> => {
      const runtimes = jsonLines(await readFile(placedFile(), 'utf8')) as unknown as readonly Placement['runtime'][];
      return runtimes.flatMap(({ locations }) => locations.filter((each) => each.kind === 'registry'));
    };
    const tag = (): string => identity.slice('sha256:'.length, 'sha256:'.length + 32);
    /** Of the engine; the registry still has it. */
    const forget = async (): Promise<void> => {
      const names = [
        `ambit:${tag()}`,
        ...[repository, `${closedRegistry}/${name}`].flatMap((at) => [`${at}:${tag()}`, `${at}@${pushed.digest}`]),
      ];
      for (const each of names) await removeImage(each);
    };
    const run = (env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
      project.ambit(['run', 'main.ts', 'node', '--json=events'], { env: { REPOSITORY: repository, PLACED: placedFile(), ...env } });

    it('is built and pushed, and a task in busybox runs on what was pulled', { timeout: 120_000 }, async () => {
      const { code, stdout, stderr } = await run();
      expect(code, `${stderr}${stdout}`).toBe(0);
      const events = jsonLines(stdout);
      expect(events.at(-1)).toMatchObject({ run: { status: 'succeeded', result: `${PORTABLE_RUNTIME_DIRECTORY}/node` } });
      const [started, ...others] = events.filter(({ type }) => type === 'image.started');
      expect([started, others]).toMatchObject([{ environments: ['box_env'], builder: 'docker', runtime: true }, []]);
      identity = started!['image'] as string;
      expect(events.filter(({ type }) => type === 'image.ended')).toMatchObject([{ image: identity, status: 'built' }]);
      pushed = (await placed())[0]!;
      expect(pushed.reference).toBe(`${repository}:${tag()}`);
      const { headers } = await fetch(`http://${openRegistry}/v2/${name}/manifests/${tag()}`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      });
      expect(pushed.digest).toBe(headers.get('docker-content-digest'));
    });

    it('is asked for by the next run, which builds nothing, also where only the registry has it', { timeout: 60_000 }, async () => {
      await forget();
      const { code, stdout, stderr } = await run();
      expect(code, `${stderr}${stdout}`).toBe(0);
      const events = jsonLines(stdout).filter(({ type }) => /^image\./.test(type as string));
      expect(events).toMatchObject([{ type: 'image.ended', image: identity, status: 'exists' }]);
      await expect(ask('GET', `/images/ambit:${tag()}/json`)).rejects.toThrow('No such image');
    });

    it.each(['', '1234:1234'])(
      'copies itself into a volume, from which Node starts in an image without one: as user "%s"',
      async (user) => {
        const image = await pull(pushed, undefined);
        const volume = `ambit-test-${randomUUID()}`;
        const starting = { image: 'busybox:latest', user, mounts: { [volume]: PORTABLE_RUNTIME_DIRECTORY } };
        try {
          await runContainer({ image: 'busybox:latest', command: ['chmod', '777', '/out'], mounts: { [volume]: '/out' } });
          expect(await runContainer({ image, user, command: copyRuntimeCommand('/out'), mounts: { [volume]: '/out' } })).toEqual({
            code: 0,
            said: '',
          });
          const node = `${PORTABLE_RUNTIME_DIRECTORY}/node`;
          expect(await runContainer({ ...starting, command: [node, '-p', 'process.version'] })).toEqual({
            code: 0,
            said: `${process.version}\n`,
          });
          const modes = await runContainer({
            ...starting,
            command: ['stat', '-c', '%a', node, `${PORTABLE_RUNTIME_DIRECTORY}/supervisor.js`],
          });
          expect(modes.said).toBe('755\n644\n');
        } finally {
          await ask('DELETE', `/volumes/${volume}`);
        }
      },
    );

    it('has the label of other images', async () => {
      const image = JSON.parse(await ask('GET', `/images/${await pull(pushed, undefined)}/json`)) as { Config: { Labels: object } };
      expect(image.Config.Labels).toEqual({ 'dev.ambit.identity': identity });
    });

    it('has to have a repository, which the plan says and a run too, before anything is done', async () => {
      const { code, stdout } = await project.ambit(['plan', 'main.ts', 'node', '--json']);
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({
        diagnostics: [
          {
            code: 'AMBIT_PLAN_BUILDER_MISMATCH',
            message: expect.stringContaining('The runtime of box_env cannot be brought to executor cluster') as string,
            hint: `Name a repository that builder docker may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`,
          },
        ],
      });
      expect((await project.ambit(['run', 'main.ts', 'node'])).code).toBe(3);
    });

    it.skipIf(closedRegistry === undefined)('is pushed with a login, and a wrong one fails the build', { timeout: 120_000 }, async () => {
      const closed = `${closedRegistry}/${name}`;
      const env = { REPOSITORY: closed, LOGIN: JSON.stringify(login) };
      const right = await run({ ...env, REGISTRY_PASSWORD: login.password });
      expect(right.code, right.stderr).toBe(0);
      const wrong = await run({ ...env, REPOSITORY: `${closed}/other`, REGISTRY_PASSWORD: 'not the password' });
      expect(wrong.code, wrong.stderr).toBe(4);
      const { run: document } = jsonLines(wrong.stdout).at(-1) as { run: { error: object } };
      expect(document.error).toMatchObject({
        code: 'AMBIT_BUILD_FAILED',
        message: expect.stringContaining('The runtime of box_env could not be built') as string,
        cause: { code: 'AMBIT_BUILD_PUSH_DENIED' },
      });
      expect(`${wrong.stdout}${wrong.stderr}`).not.toContain('not the password');
    });
  },
);
