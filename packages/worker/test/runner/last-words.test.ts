import { describe, expect, it } from 'vitest';
import { decodeError } from '../../src/values/index.ts';
import { valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => {
  runner = each;
  return each.load(tasks);
});

const tasks = `
  import { execFileSync } from 'node:child_process';
  import { readlinkSync } from 'node:fs';
  import { defineTask, task } from '#ambit/runtime';
  const child = task('child_env.child');
  const never = () => new Promise(() => {});
  defineTask('main_env.reject', () => { void Promise.reject(new TypeError('forgotten')); return never(); });
  defineTask('main_env.reject_null', () => { void Promise.reject(null); return never(); });
  defineTask('main_env.throw_elsewhere', () => { setTimeout(() => { throw new RangeError('in a timer'); }, 1); return never(); });
  defineTask('main_env.wrap', async () => { child(1).catch((e) => { throw new Error('of my own', { cause: e }); }); return never(); });
  defineTask('main_env.exit', (code) => { process.stdout.write('last line'); process.exit(code); });
  defineTask('main_env.exit_after_much', () => { for (let n = 0; n < 25; n += 1) void child(n + 'a'.repeat(200_000)); process.stdout.write('b'.repeat(2_000_000)); process.exit(3); });
  defineTask('main_env.handle_late', async () => {
    const broken = Promise.reject(new Error('at once'));
    return broken.catch((e) => e.message);
  });
  defineTask('main_env.descriptors', () => [readlinkSync('/proc/self/fd/3'), execFileSync('sh', ['-c', 'ls -l /proc/self/fd'], { encoding: 'utf8' })]);
`;

describe('a runner that ends by itself', () => {
  it.each([
    ['reject', 'A promise was rejected and nothing handled that: TypeError: forgotten', 'TypeError'],
    ['reject_null', 'A promise was rejected and nothing handled that: null was thrown', 'Error'],
    ['throw_elsewhere', 'An error was thrown outside of all that the task awaits: RangeError: in a timer', 'RangeError'],
  ])('says what nothing handled: %s', async (task, message, name) => {
    runner.begin(`main_env.${task}`);
    expect(await runner.next('dying')).toMatchObject({ code: 'AMBIT_TASK_UNHANDLED', message, error: { name } });
    expect(await runner.exited).toEqual({ code: 70, signal: null });
    expect(runner.messages.filter((each) => each.type === 'dying')).toHaveLength(1);
  });

  it("counts an error of the user's own that was made of a child's", async () => {
    const action = runner.begin('main_env.wrap');
    runner.fail(await runner.call(action, 1), new Error('of the child'));
    const { code, error } = await runner.next('dying');
    expect(code).toBe('AMBIT_TASK_UNHANDLED');
    expect(decodeError(error as never)).toMatchObject({ message: 'of my own', cause: { cause: { message: 'of the child' } } });
  });

  it.each([0, 5])('says that the task exited, and its code: %i', async (code) => {
    runner.begin('main_env.exit', [code]);
    expect(await runner.exited).toEqual({ code, signal: null });
    const { code: error, message } = await runner.next('dying');
    expect([error, message]).toEqual(['AMBIT_TASK_EXITED', expect.stringContaining(`process.exit(${code})`)]);
    expect(runner.stdout).toBe('last line');
  });

  it('loses nothing of what was said and written before, however much it is and however slowly it is read', async () => {
    const action = runner.begin('main_env.exit_after_much');
    runner.pauseChannel();
    setTimeout(() => runner.resumeChannel(), 50);
    await runner.exited;
    expect((await runner.call(action, 25)).args).toHaveLength(200_006);
    expect(runner.messages.at(-1)).toMatchObject({ type: 'dying', code: 'AMBIT_TASK_EXITED' });
    expect(runner.stdout).toHaveLength(2_000_000);
  });
});

describe('a runner', () => {
  it('lives on where a rejection was handled', async () => {
    expect(valueOf(await runner.run('main_env.handle_late'))).toBe('at once');
  });

  it.runIf(process.platform === 'linux')('hands its channel to no process that a task starts', async () => {
    const [channel, descriptors] = valueOf(await runner.run('main_env.descriptors')) as [string, string];
    expect(channel).toMatch(/^socket:/);
    expect(descriptors).not.toContain(channel);
  });
});
