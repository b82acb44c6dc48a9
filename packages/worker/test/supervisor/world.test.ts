import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageManifest } from '@ambit/plugin-api';
import { decodeValue, encodeArgs } from '../../src/values/index.ts';
import type { EngineEnd } from './engine-end.ts';
import { workerScenes } from './scenes.ts';
import { until } from './worker-scene.ts';

const open = workerScenes();
let image: string;
beforeEach(() => {
  image = realpathSync(mkdtempSync(join(tmpdir(), 'ambit-image-')));
});
afterEach(() => rmSync(image, { recursive: true, force: true }));

interface World {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly files: string[];
  readonly start: Record<string, unknown>;
}

async function world(engine: EngineEnd): Promise<World> {
  return (await engine.value(engine.begin('world'))) as World;
}

function describeImage(manifest: Partial<ImageManifest>): string {
  writeFileSync(join(image, 'image.json'), JSON.stringify({ version: 1, env: {}, path: [], ...manifest }));
  return image;
}

describe('variables of a task', () => {
  it('are those of machine, image, environment and GPUs, in this order, and nothing else', async () => {
    const gpus = ['GPU-1', 'GPU-2'].map((id) => ({ id, model: 'A100' }));
    const engine = await open({
      machineEnv: { PATH: '/machine/bin', HOME: '/home/of/machine', TZ: 'UTC', A: 'machine' },
      imageDirectory: describeImage({ env: { A: 'image', B: 'image' }, path: ['npm/bin', '/absolute/bin'] }),
      gpus,
      request: { env: { B: 'environment', C: 'environment' } },
      ownEnv: { SECRET_OF_THE_MACHINE: 'x', NODE_OPTIONS: '--stack-trace-limit=7' },
    }).ready();
    const { env, start } = await world(engine);
    expect(env).toEqual({
      PATH: `${image}/npm/bin:/absolute/bin:/machine/bin`,
      HOME: '/home/of/machine',
      TZ: 'UTC',
      A: 'image',
      B: 'environment',
      C: 'environment',
      CUDA_VISIBLE_DEVICES: 'GPU-1,GPU-2',
      NVIDIA_VISIBLE_DEVICES: 'GPU-1,GPU-2',
    });
    expect(start).toMatchObject({ run: 'run-1', environment: 'env_1', gpus });
  });

  it('hold the PATH of an image, in which $PATH at either end is that of the machine', async () => {
    const engine = await open({
      machineEnv: { PATH: '/machine/bin' },
      imageDirectory: describeImage({ env: { PATH: '/image:$PATH' }, path: ['bin'] }),
    }).ready();
    expect((await world(engine)).env['PATH']).toBe(`${image}/bin:/image:/machine/bin`);
  });

  it('name no folder twice, where the machine is a container of the image', async () => {
    const engine = await open({
      machineEnv: { PATH: `/image:${image}/bin:/machine/bin` },
      imageDirectory: describeImage({ env: { PATH: '/image:$PATH' }, path: ['bin'] }),
    }).ready();
    expect((await world(engine)).env['PATH']).toBe(`${image}/bin:/image:/machine/bin`);
  });

  it('hold no certificates for Node to read at its start: the runner is told of them', async () => {
    const engine = await open({ machineEnv: { PATH: '/machine/bin', NODE_EXTRA_CA_CERTS: '/of/machine.pem' } }).ready();
    const { env, start } = await world(engine);
    expect(env).toEqual({ PATH: '/machine/bin' });
    expect(start).toMatchObject({ certificates: '/of/machine.pem' });
  });
});

describe('the working folder of a task', () => {
  it('is fresh and empty, and gone afterwards with what was left in it', async () => {
    const scene = open();
    const engine = await scene.ready();
    const first = (await engine.value(engine.begin('clutter'))) as string;
    const { cwd, files } = await world(engine);
    expect(dirname(first)).toBe(join(realpathSync(scene.workDirectory), 'attempts'));
    expect(cwd).not.toBe(first);
    expect(files).toEqual([]);
    await until('the folders are gone', () => !existsSync(first) && !existsSync(cwd));
  });

  it('is that of the image where it declares one, which stays', async () => {
    const engine = await open({ imageDirectory: describeImage({ workdir: 'root/app' }) }).ready();
    expect(await engine.value(engine.begin('clutter'))).toBe(join(image, 'root/app'));
    expect((await world(engine)).files).toEqual(['left.txt']);
  });

  it('that cannot be is a failure of configuration', async () => {
    writeFileSync(join(image, 'file'), '');
    const engine = await open({ imageDirectory: describeImage({ workdir: 'file/below' }) }).ready();
    expect(await engine.run('echo')).toMatchObject({ failure: 'configuration', code: 'AMBIT_WORK_FOLDER', retryable: false });
  });
});

describe('with the real runner', () => {
  function send(engine: EngineEnd, text: string, digest = 'sha256:real'): void {
    const file = (path: string, mode: number, content: string) => ({ path, mode, data: Buffer.from(content) });
    const files = [file('code/main.js', 0o644, text), file('data/beside.txt', 0o755, 'beside')];
    engine.session.sendBundle({ digest, entry: 'code/main.js', files });
  }

  async function run(engine: EngineEnd, task: string, ...args: unknown[]): Promise<unknown> {
    const action = `r-${task}`;
    engine.session.send({ type: 'attempt', action, attempt: 1, run: 'run-1', task, bundle: 'sha256:real', args: encodeArgs(args) });
    const outcome = await engine.outcome(action);
    return outcome.status === 'succeeded' ? decodeValue(outcome.value) : outcome;
  }

  it('a bundle finds the runtime, the packages of the image and its own files, and nothing else', async () => {
    const packages = join(image, 'packages/node_modules');
    mkdirSync(join(packages, 'of-image'), { recursive: true });
    writeFileSync(join(packages, 'of-image/index.js'), 'export const name = "of the image";');
    writeFileSync(join(packages, 'of-image/package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
    const scene = open({ runner: 'real', imageDirectory: describeImage({ nodeModules: 'packages/node_modules' }) });
    const engine = await scene.connect();
    send(
      engine,
      `import { readFileSync, statSync } from 'node:fs';
      import { defineTask } from '#ambit/runtime';
      import { name } from 'of-image';
      const beside = new URL('../data/beside.txt', import.meta.url);
      defineTask('env_1.look', (what) => [what, name, readFileSync(beside, 'utf8'), (statSync(beside).mode & 0o777).toString(8)]);
      defineTask('env_1.miss', () => import('vitest').then(() => 'found', (error) => error.code));`,
    );
    expect(await run(engine, 'env_1.look', 'given')).toEqual(['given', 'of the image', 'beside', '755']);
    expect(await run(engine, 'env_1.miss')).toBe('ERR_MODULE_NOT_FOUND');
  });

  it('process.exit in a task, an unhandled rejection and a large last line before a crash are told', async () => {
    const engine = await open({ runner: 'real' }).connect();
    send(
      engine,
      `import { defineTask } from '#ambit/runtime';
      defineTask('env_1.exit', () => process.exit(0));
      defineTask('env_1.reject', () => new Promise(() => { Promise.reject(new RangeError('nobody looks')); }));
      defineTask('env_1.crash', () => { process.stdout.write('l'.repeat(3_000_000)); process.kill(process.pid, 'SIGKILL'); });
      defineTask('env_1.fine', () => { process.stdout.write('m'.repeat(3_000_000)); return 'fine'; });`,
    );
    expect(await run(engine, 'env_1.exit')).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_EXITED' });
    expect(await run(engine, 'env_1.reject')).toMatchObject({ failure: 'user', error: { name: 'RangeError' } });
    expect(await run(engine, 'env_1.crash')).toMatchObject({ failure: 'infrastructure', code: 'AMBIT_RUNNER_KILLED' });
    expect(engine.output('r-env_1.crash').equals(Buffer.alloc(3_000_000, 'l'))).toBe(true);
    expect(await run(engine, 'env_1.fine')).toBe('fine');
    expect(engine.output('r-env_1.fine').equals(Buffer.alloc(3_000_000, 'm'))).toBe(true);
  });

  it('a heap that is used up is told as such', async () => {
    const engine = await open({
      runner: 'real',
      machineEnv: { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: '--max-old-space-size=40' },
    }).connect();
    send(
      engine,
      `import { defineTask } from '#ambit/runtime';
      defineTask('env_1.eat', () => { const all = []; for (;;) all.push({ n: all.length, text: String(all.length) }); });`,
    );
    expect(await run(engine, 'env_1.eat')).toMatchObject({ failure: 'resources', code: 'AMBIT_TASK_OUT_OF_MEMORY' });
  });

  it('files that a task writes are with the engine, and are read where they are', async () => {
    const engine = await open({ runner: 'real' }).connect();
    send(
      engine,
      `import { defineTask, File } from '#ambit/runtime';
      defineTask('env_1.write', async (text) => { const file = File.newRemote('a.txt'); await file.write(text); return file; });
      defineTask('env_1.read', (file) => file.text());`,
    );
    const file = await run(engine, 'env_1.write', 'content');
    expect([...engine.objects.values()].map(String)).toEqual(['content']);
    engine.objects.clear();
    expect(await run(engine, 'env_1.read', file)).toBe('content');
  });
});
