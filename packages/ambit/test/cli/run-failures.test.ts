import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const main = `import { Image, TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
const sub = new TaskEnvironment({ name: 'sub' });
const top = new TaskEnvironment({ name: 'top', dependsOn: [sub] });
export const text = env.task('text', async () => { throw 'just text'; });
export const none = env.task('none', async () => { throw null; });
export const getter = env.task('getter', async () => { throw { get message() { throw new Error('no'); }, get name() { throw new Error('no'); } }; });
export const range = env.task('range', async () => { throw new RangeError('too long', { cause: new TypeError('odd') }); });
export const below = sub.task('below', async () => { throw new RangeError('from below'); });
export const above = top.task('above', async () => below());
export const travels = env.task('travels', async () => ({ items: [{ callback: () => 1 }] }) as never);
export const exits = env.task('exits', async () => { process.exit(0); });
export const slow = env.task('slow', { timeout: '300ms' }, async () => { await new Promise((r) => setTimeout(r, 60_000)); });
const lean = new TaskEnvironment({ name: 'lean', image: Image.fromDebianBase().withNpmPackages('this-package-does-not-exist-1f3@1.0.0') });
export const missing = lean.task('missing', async () => 1);
const odd = new TaskEnvironment({ name: 'odd', image: Image.fromDebianBase().withAptPackages('git') });
export const unplanned = odd.task('unplanned', async () => 1);
export const killed = env.task('killed', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined); });
export const loud = env.task('loud', async () => { const lines = ('x'.repeat(99) + '\\n').repeat(1000); for (let i = 0; i < 1000; i++) process.stdout.write(lines); return 'done'; });
export const strange = env.task('strange', async () => {
  process.stdout.write('10%\\r20%\\r');
  process.stdout.write(Buffer.from([0x41, 0xff, 0x42, 10]));
  process.stdout.write('\\u001b[2J\\u001b[31mred\\u001b[0m\\n' + 'y'.repeat(10_000_000) + '\\nno end');
});
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({ 'main.ts': main });
});
afterEach(() => expect(project.leftovers()).toEqual([]));
afterAll(() => project.remove());

const run = (...words: string[]): ReturnType<TestProject['ambit']> => project.ambit(['run', 'main.ts', ...words]);

describe('a task that fails', () => {
  it.each([
    ['text', 1, 'e.text: "just text" was thrown'],
    ['none', 1, 'e.none: null was thrown'],
    ['getter', 1, 'e.getter: '],
    ['range', 1, 'e.range: RangeError: too long'],
    ['above', 1, 'from below'],
    ['travels', 1, 'result.items[0].callback is a function'],
    ['exits', 1, 'process.exit(0)'],
    ['slow', 5, 'e.slow'],
    ['killed', 6, 'SIGKILL'],
    ['unplanned', 3, 'apt'],
  ])('says so in one message, without frames: %s', async (task, code, message) => {
    const ended = await run(task, '-q');
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.match(/^error /gm)).toHaveLength(1);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('names its causes', async () => {
    expect((await run('range', '-q')).stderr).toContain('because TypeError: odd');
  });

  it('is in the document, with class, task and cause', async () => {
    const { code, stdout } = await run('above', '--json', '-q');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      status: 'failed',
      error: { code: 'AMBIT_TASK_FAILED', failure: 'user', task: 'top.above', cause: { task: 'sub.below', name: 'RangeError' } },
    });
  });
});

describe('an image that cannot be built', () => {
  it('ends the run with the end of the log', async () => {
    const { code, stdout, stderr } = await run('missing', '--json', '-q');
    expect(code).toBe(4);
    const { error } = JSON.parse(stdout) as { readonly error: Readonly<Record<string, unknown>> };
    expect(error).toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      environments: ['lean'],
      at: expect.stringMatching(/^main\.ts:\d+$/) as string,
    });
    expect(error['command']).toContain('this-package-does-not-exist-1f3');
    expect(error['log']).toContain('this-package-does-not-exist-1f3');
    expect(stderr).toMatch(/^ {4}\| /m);
  });
});

describe('output', () => {
  it('of 100 MB is bounded in the record', async () => {
    expect(await run('loud', '-q')).toMatchObject({ code: 0, stdout: 'done\n' });
    const { stdout } = await project.ambit(['runs', 'logs']);
    expect(stdout.length).toBeGreaterThan(60 * 2 ** 20);
    expect(stdout.length).toBeLessThan(70 * 2 ** 20);
  });

  it('of any bytes is shown as lines that move nothing, and recorded as it is', async () => {
    const { code, stderr } = await run('strange');
    expect(code).toBe(0);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\r');
    expect(stderr).toMatch(/e\.strange \| red$/m);
    expect(stderr).toMatch(/e\.strange \| no end$/m);
    const logs = await project.start(['runs', 'logs', '--json']).ended;
    const texts = logs.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly text: string }).text);
    expect(texts.map((text) => (text.length > 100 ? text.length : text))).toEqual([
      '10%\r20%\rA\ufffdB',
      '\u001b[2J\u001b[31mred\u001b[0m',
      10_000_000,
      'no end',
    ]);
  });

  it('that nobody reads any more is no error', async () => {
    for (const words of [['run', 'main.ts', 'loud'], ['runs', 'logs'], ['runs', 'list'], ['--help'], ['plan', 'main.ts']]) {
      const running = project.start(words);
      running.child.stdout?.destroy();
      running.child.stderr?.destroy();
      expect((await running.ended).code).toBe(words[0] === 'plan' ? 3 : 0);
    }
  });

  it('that a full disk does not take is exit code 5', async () => {
    const full = await open('/dev/full', 'w').catch(() => undefined);
    if (!full) return;
    const child = spawn(process.execPath, [join(project.folder, 'node_modules/ambit/bin/ambit.js'), 'runs', 'list'], {
      cwd: project.folder,
      env: { ...process.env, ...project.env },
      stdio: ['ignore', full.fd, 'ignore'],
    });
    const [code] = (await once(child, 'close')) as [number];
    await full.close();
    expect(code).toBe(5);
  });
});

describe('what cannot be written', () => {
  it.each(['AMBIT_STATE', 'AMBIT_MACHINE_STATE', 'AMBIT_CACHE'])('is said, and nothing is begun: %s', async (variable) => {
    await project.write({ 'a-file': '' });
    const ended = await project.ambit(['run', 'main.ts', 'range'], { env: { [variable]: join(project.folder, 'a-file') } });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('a-file');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('because it is another user’s is said too', async () => {
    if (process.getuid?.() !== 0) return;
    const nobody = 65534;
    await run('text', '-q');
    const own = await mkdtemp(join(tmpdir(), 'ambit-nobody-'));
    await chown(own, nobody, nobody);
    await chmod(dirname(project.folder), 0o755);
    const before = await readdir(join(project.env.AMBIT_STATE, 'runs'));
    const env = { AMBIT_CACHE: join(own, 'cache'), AMBIT_MACHINE_STATE: join(own, 'machine'), HOME: own };
    const { code, stderr } = await project.ambit(['run', 'main.ts', 'range', '-q'], { uid: nobody, env });
    await rm(own, { recursive: true });
    expect(stderr).toContain(project.env.AMBIT_STATE);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(await readdir(join(project.env.AMBIT_STATE, 'runs'))).toEqual(before);
  });
});
