import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject, jsonLines } from './test-project.ts';

const main = `import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
const sub = new TaskEnvironment({ name: 'sub' });
const top = new TaskEnvironment({ name: 'top', dependsOn: [sub] });
export const child = sub.task('child', async (n: number) => { console.log('child', n); console.error('to stderr'); return n * 2; });
export const main = top.task('main', async (n: number) => { console.log('one'); const r = await child(n); process.stdout.write('no end'); return r; });
export const fails = env.task('fails', async () => { throw new RangeError('nope'); });
export const sleep = env.task('sleep', async () => { console.log('sleeping'); await new Promise((r) => setTimeout(r, 60_000)); });
export const nap = env.task('nap', async () => { console.log('napping'); await new Promise((r) => setTimeout(r, 3_000)); console.log('awake'); return 'rested'; });
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({ 'main.ts': main });
  await project.ambit(['run', 'main.ts', 'main', '--n', '4', '--name', 'good-one', '--tag', 'kind=first']);
  await project.ambit(['run', 'main.ts', 'fails', '--name', 'bad-one']);
});
afterAll(() => project.remove());

const runs = (...words: string[]): ReturnType<TestProject['ambit']> => project.ambit(['runs', ...words]);
const document = async (...words: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await runs(...words, '--json')).stdout) as Record<string, unknown>;

describe('runs list', () => {
  it('has the newest first', async () => {
    expect(await document('list')).toEqual({
      version: 1,
      runs: [
        expect.objectContaining({ run: 'bad-one', task: 'e.fails', status: 'failed', tags: {} }),
        {
          run: 'good-one',
          task: 'top.main',
          status: 'succeeded',
          startedAt: expect.stringMatching(/Z$/) as string,
          endedAt: expect.stringMatching(/Z$/) as string,
          durationMs: expect.any(Number) as number,
          tags: { kind: 'first' },
        },
      ],
    });
    expect((await runs('list')).stdout).toMatch(/^bad-one +failed .*e\.fails\ngood-one +succeeded .*top\.main\n$/);
  });

  it('may be limited', async () => {
    expect(await document('list', '--status', 'succeeded')).toMatchObject({ runs: [{ run: 'good-one' }] });
    expect(await document('list', '--limit', '1')).toMatchObject({ runs: [{ run: 'bad-one' }] });
    expect(await runs('list', '--limit', '0')).toMatchObject({ code: 2 });
    expect(await runs('list', '--status', 'lost')).toMatchObject({ code: 2 });
  });
});

describe('runs show', () => {
  it('has all of a run', async () => {
    const shown = await document('show', 'good');
    expect(shown).toMatchObject({ version: 1, run: 'good-one', task: 'top.main', status: 'succeeded', result: 8, tags: { kind: 'first' } });
    expect(shown['images']).toEqual([
      {
        identity: expect.stringMatching(/^sha256:/) as string,
        status: expect.any(String) as string,
        durationMs: expect.any(Number) as number,
      },
    ]);
    const [root, child] = shown['actions'] as readonly Record<string, unknown>[];
    expect(root).toMatchObject({ task: 'top.main', environment: 'top', executor: 'local', status: 'succeeded', input: [4], result: 8 });
    expect(root).not.toHaveProperty('parent');
    expect(child).toMatchObject({ parent: root?.['id'], task: 'sub.child', input: [4], result: 8 });
    expect(child?.['attempts']).toEqual([
      {
        number: 1,
        worker: expect.any(String) as string,
        place: 'local',
        incarnation: expect.any(String) as string,
        outcome: 'succeeded',
        startedAt: expect.any(String) as string,
        endedAt: expect.any(String) as string,
        queuedMs: expect.any(Number) as number,
        peakMemory: expect.any(Number) as number,
      },
    ]);
  });

  it('has the error of one that failed, and shows the newest where none is named', async () => {
    expect(await document('show')).toMatchObject({
      run: 'bad-one',
      status: 'failed',
      error: { code: 'AMBIT_TASK_FAILED', failure: 'user', name: 'RangeError' },
    });
    const { stdout } = await runs('show', '@last');
    expect(stdout).toContain('✗ e.fails');
    expect(stdout).toContain('RangeError: nope');
    expect((await runs('show', 'good-one')).stdout).toMatch(/✓ top\.main .*\n {4}✓ sub\.child [^]*\n8\n$/);
  });

  it.each([
    ['god-one', "Did you mean 'good-one'?"],
    ['../x', 'cannot be the name of a run'],
  ])('of a run that is not there is exit code 2: %s', async (name, message) => {
    expect(await runs('show', name)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('runs logs', () => {
  it('has the lines as they are', async () => {
    const { code, stdout } = await runs('logs', 'good-one');
    expect(code).toBe(0);
    expect(stdout.split('\n').toSorted()).toEqual(['', 'child 4', 'no end', 'one', 'to stderr']);
  });

  it('has a document per line with --json, of one action where that is asked for', async () => {
    const lines = jsonLines((await runs('logs', 'good-one', '--json')).stdout);
    expect(lines.find(({ text }) => text === 'to stderr')).toEqual({
      at: expect.stringMatching(/Z$/) as string,
      action: expect.any(String) as string,
      attempt: 1,
      stream: 'stderr',
      text: 'to stderr',
    });
    const action = lines.find(({ text }) => text === 'child 4')!['action'] as string;
    const own = await runs('logs', 'good-one', '--action', action.slice(0, 6));
    expect(own.stdout.split('\n').toSorted()).toEqual(['', 'child 4', 'to stderr']);
    expect(await runs('logs', 'good-one', '--action', 'zz')).toMatchObject({ code: 2 });
  });
});

describe('a run that goes on', () => {
  it('can be followed and waited for', async () => {
    const running = project.start(['run', 'main.ts', 'nap', '--name', 'nap-one', '-q']);
    const started = project.start(['runs', 'list']);
    await started.ended;
    for (let listed = ''; !listed.includes('nap-one');) listed = (await runs('list')).stdout;
    const [logs, wait] = await Promise.all([runs('logs', 'nap-one', '-f'), runs('wait', 'nap-one')]);
    expect(logs).toMatchObject({ code: 0, stdout: 'napping\nawake\n' });
    expect(wait).toMatchObject({ code: 0, stdout: 'rested\n' });
    expect((await running.ended).stdout).toBe('rested\n');
  });

  it('can be cancelled by others, with proof', async () => {
    const running = project.start(['run', 'main.ts', 'sleep', '--name', 'sleep-one']);
    await running.until('sleeping');
    const wait = project.start(['runs', 'wait', 'sleep-one', '--json']);
    const { code, stdout } = await runs('cancel', 'sleep-one', '--reason', 'enough', '--json');
    const cancelled = JSON.parse(stdout) as { readonly confirmed: boolean };
    expect(cancelled).toMatchObject({
      version: 1,
      run: 'sleep-one',
      evidence: [{ worker: expect.any(String) as string, detail: expect.any(String) as string }],
    });
    expect(code).toBe(cancelled.confirmed ? 0 : 131);
    const [ran, waited] = await Promise.all([running.ended, wait.ended]);
    expect(ran.code).toBe(cancelled.confirmed ? 130 : 131);
    expect(ran.stderr).toContain('enough');
    expect(waited.code).toBe(ran.code);
    expect(JSON.parse(waited.stdout)).toMatchObject({ status: 'cancelled' });
    expect(project.leftovers()).toEqual([]);
  });
});

describe('a run that is over', () => {
  it('is waited for no longer, and ends as it did', async () => {
    expect(await runs('wait', 'good-one')).toMatchObject({ code: 0, stdout: '8\n' });
    expect(await runs('wait', 'bad-one')).toMatchObject({ code: 1, stdout: '' });
  });

  it('is not cancelled any more', async () => {
    const { code, stderr } = await runs('cancel', 'good-one');
    expect(code).toBe(0);
    expect(stderr).toContain('over already');
    expect(await runs('cancel')).toMatchObject({ code: 2 });
  });
});

describe('a run whose engine was killed', () => {
  it('is said to be interrupted, once its lease has ended', async () => {
    const running = project.start(['run', 'main.ts', 'sleep', '--name', 'killed-one']);
    await running.until('sleeping');
    running.child.kill('SIGKILL');
    await running.ended;
    const wait = await runs('wait', 'killed-one');
    expect(wait).toMatchObject({ code: 6, stderr: expect.stringContaining('AMBIT_RUN_INTERRUPTED') as string });
    expect(await document('show', 'killed-one')).toMatchObject({ status: 'interrupted' });
    expect(project.processes()).not.toEqual([]);
  }, 60_000);

  it('is cancelled by its record, with proof, and is over then', async () => {
    const { code, stdout } = await runs('cancel', 'killed-one', '--reason', 'enough', '--json');
    const cancelled = JSON.parse(stdout) as { readonly confirmed: boolean };
    expect(cancelled).toMatchObject({ run: 'killed-one', evidence: [{ worker: expect.any(String) as string }] });
    expect(code).toBe(cancelled.confirmed ? 0 : 131);
    expect(project.leftovers()).toEqual([]);
    expect(await document('show', 'killed-one')).toMatchObject({
      status: 'cancelled',
      reason: 'enough',
      actions: [{ status: 'cancelled', attempts: [{ outcome: 'cancelled' }] }],
    });
    const again = await runs('cancel', 'killed-one');
    expect(again.code).toBe(code);
    expect(again.stderr).toContain('enough');
  });
});

describe('a record that is damaged', () => {
  it('is said to be so, and does not disturb others', async () => {
    const file = join(project.env.AMBIT_STATE, 'runs/broken-one.db');
    const whole = await readFile(join(project.env.AMBIT_STATE, 'runs/good-one.db'));
    await writeFile(file, Buffer.concat([Buffer.alloc(3000, 7), whole.subarray(3000)]));
    const { code, stderr } = await runs('show', 'broken-one');
    expect(code).toBe(2);
    expect(stderr).toContain('AMBIT_RUN_DAMAGED');
    const list = await runs('list');
    expect(list.code).toBe(0);
    expect(list.stdout).toContain('good-one');
    expect(list.stderr).toContain('broken-one');
    await rm(file);
  });
});
