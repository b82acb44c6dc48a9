import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkerSecret } from '../../src/protocol/index.ts';
import { decodeValue, encodeArgs, encodeValue } from '../../src/values/index.ts';
import type { EngineEnd } from './engine-end.ts';
import { bundleDigest } from './engine-end.ts';
import { workerScenes } from './scenes.ts';
import type { WorkerScene } from './worker-scene.ts';

const open = workerScenes();
const token = 'hunter2/hunter2+hunter2';
const key = 'a key of\nseveral lines\n';

const code = `
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { defineTask, step, task, taskContext } from '#ambit/runtime';
export const early = process.env.TOKEN.length;
defineTask('env_1.read', () => [early, process.env.TOKEN, readFileSync(process.env.KEY, 'utf8')].map((text) => String(text).length));
defineTask('env_1.child', () => execFileSync('sh', ['-c', 'printf %s "$TOKEN" | wc -c']).toString().trim());
defineTask('env_1.file', () => ({ path: process.env.KEY, mode: statSync(process.env.KEY).mode & 0o777, folder: process.cwd() }));
defineTask('env_1.print', async () => {
  const { TOKEN } = process.env;
  process.stdout.write('token ' + TOKEN.slice(0, 9));
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write(TOKEN.slice(9) + ' end\\n' + Buffer.from('id:' + TOKEN).toString('base64') + '\\n');
  process.stderr.write(encodeURIComponent(TOKEN) + ' ' + TOKEN.slice(0, 5));
});
defineTask('env_1.throw', () => {
  throw Object.assign(new Error('no entry with ' + process.env.TOKEN), { token: process.env.TOKEN, cause: process.env.TOKEN });
});
defineTask('env_1.exit', () => { setTimeout(() => { throw new Error('late ' + process.env.TOKEN); }); return new Promise(() => undefined); });
defineTask('env_1.return', () => ({ deep: [{ text: 'it is ' + process.env.TOKEN }] }));
defineTask('env_1.call', () => task('other.task')({ token: process.env.TOKEN }));
defineTask('env_1.step', async () => {
  await step('named ' + process.env.TOKEN, () => 1);
  taskContext().progress(1, 2, 'with ' + process.env.TOKEN);
  await step('two', () => process.env.TOKEN);
});
`;

describe('secrets of a worker', () => {
  let scene: WorkerScene;
  let engine: EngineEnd;
  const values: readonly WorkerSecret[] = [
    { kind: 'env', name: 'TOKEN', value: token },
    { kind: 'file', name: 'KEY', path: 'deep/key.pem', value: key },
  ];
  const begin = (task: string): string => {
    engine.session.send({
      ...{ type: 'attempt', action: task, attempt: 1, run: 'run-1', task: `env_1.${task}` },
      ...{ bundle: bundleDigest, args: encodeArgs([]) },
    });
    return task;
  };
  const value = async (task: string): Promise<unknown> => {
    const outcome = await engine.outcome(begin(task));
    expect(outcome).toMatchObject({ status: 'succeeded' });
    return outcome.status === 'succeeded' ? decodeValue(outcome.value) : undefined;
  };
  beforeEach(async () => {
    scene = open({ runner: 'real' });
    engine = await scene.connect();
    engine.session.send({ type: 'secrets', values });
    engine.session.sendBundle({
      ...{ digest: bundleDigest, entry: 'main.js' },
      files: [{ path: 'main.js', mode: 0o644, data: Buffer.from(code) }],
    });
  });

  it('are there while the code is loaded, in tasks, and in what they start', async () => {
    expect(await value('read')).toEqual([2, token.length, key.length]);
    expect(await value('child')).toBe(String(token.length));
  });

  it('that are files have mode 0600, lie in the folder of the attempt, and are gone after it', async () => {
    const { path, mode, folder } = (await value('file')) as { path: string; mode: number; folder: string };
    expect([path, mode]).toEqual([join(folder, 'deep/key.pem'), 0o600]);
    expect(existsSync(path)).toBe(false);
  });

  it('go out of all output, however it is split and encoded', async () => {
    await value('print');
    const out = engine.output('print').toString();
    expect(out).toMatch(/^token \*\*\* end\n[\w=+/]*\*\*\*[\w=+/]*\n$/);
    expect(out).not.toContain(Buffer.from(token).toString('base64').slice(2, -4));
    expect(engine.output('print', 'stderr').toString()).toBe('*** hunte');
  });

  it.each(['throw', 'exit'])('go out of what is said of a task that fails: %s', async (task) => {
    const outcome = await engine.outcome(begin(task));
    expect(outcome).toMatchObject({ status: 'failed', message: expect.stringContaining('***') as string });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('are refused in results, arguments and steps, and go out of notes and names', async () => {
    expect(await engine.outcome(begin('return'))).toMatchObject({
      ...{ status: 'failed', failure: 'user', code: 'AMBIT_SECRET_IN_VALUE' },
      message: 'The result of env_1.return holds the secret TOKEN.',
    });
    expect(await engine.outcome(begin('call'))).toMatchObject({
      failure: 'user',
      message: 'An argument of other.task holds the secret TOKEN.',
    });
    expect(await engine.outcome(begin('step'))).toMatchObject({ message: 'The value of the step "two" holds the secret TOKEN.' });
    expect(engine.events).toContainEqual(expect.objectContaining({ type: 'step', name: 'named ***', value: encodeValue(1) }));
    expect(engine.events).toContainEqual(expect.objectContaining({ type: 'progress', data: { done: 1, total: 2, note: 'with ***' } }));
    expect(JSON.stringify(engine.events)).not.toContain('hunter2');
  });

  it('are on no disk, and in no environment or command line of a process of the worker', async () => {
    for (const task of ['read', 'print', 'throw', 'return']) await engine.outcome(begin(task));
    const isOurs = (pid: string): boolean =>
      ['environ', 'cmdline'].some((name) => textOf(`/proc/${pid}/${name}`).includes(scene.directory));
    const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOurs(pid));
    expect(pids.length).toBeGreaterThan(1);
    const texts = [
      ...pids.flatMap((pid) => ['environ', 'cmdline'].map((name) => textOf(`/proc/${pid}/${name}`))),
      ...filesIn(scene.directory),
    ];
    expect(texts.filter((text) => text.includes('hunter2') || text.includes('several lines'))).toEqual([]);
  });

  it('that cannot be written are said by name', async () => {
    engine.session.send({ type: 'secrets', values: [...values, { kind: 'file', name: 'TWO', path: scene.directory, value: token }] });
    expect(await engine.outcome(begin('read'))).toMatchObject({ failure: 'configuration', code: 'AMBIT_SECRET_FILE' });
  });
});

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? [textOf(path)] : [];
  });
}
