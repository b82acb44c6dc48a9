import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorOf, valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => (runner = each));

const tasks = `
  import { NonRetryableError, defineTask } from '#ambit/runtime';
  defineTask('main_env.echo', (...args) => args);
  defineTask('main_env.where', () => process.cwd());
  defineTask('main_env.wander', () => { process.chdir('/'); });
  defineTask('main_env.throw', (kind) => {
    if (kind === 'type') throw Object.assign(new TypeError('x is no sequence', { cause: new RangeError('deep') }), { line: 7 });
    if (kind === 'final') throw new NonRetryableError('give up');
    if (kind === 'text') throw 'boom';
    if (kind === 'null') throw null;
    if (kind === 'hostile') throw new Proxy(new Error('x'), new Proxy({}, { get() { return () => { throw new Error('trap'); }; } }));
  });
  defineTask('main_env.refused', () => ({ items: [1, { callback() {} }] }));
  defineTask('main_env.variables', () => ({ itself: process.env, copy: { ...process.env } }));
  defineTask('main_env.errors', () => [new RangeError('too long', { cause: new Error('deep') })]);
  defineTask('main_env.print', (text) => { process.stdout.write(text); });
`;

describe('a runner', () => {
  it('says that it is ready before it is asked for anything', async () => {
    expect(await runner.next('ready')).toEqual({ type: 'ready', pid: runner.pid });
  });

  it('runs a task of its bundle with decoded arguments, and tells its result', async () => {
    const loaded = await runner.load(tasks);
    expect(loaded.error).toBeUndefined();
    expect(loaded.tasks).toContain('main_env.echo');
    const args = [1, { deep: [new Date(5), new Map([['a', 1n]])] }, undefined];
    const action = runner.begin('main_env.echo', args);
    const ended = await runner.ended(action);
    expect(valueOf(ended.outcome)).toEqual(args);
    expect(ended.tainted).toBe(false);
    expect(runner.messages.filter((message) => 'action' in message).map((message) => message.type)).toEqual(['ended']);
  });

  it('hands over process.env as the plain object that it looks like', async () => {
    await runner.load(tasks);
    const { itself, copy } = valueOf(await runner.run('main_env.variables')) as { itself: object; copy: object };
    expect(itself).toEqual(copy);
    expect(Object.keys(itself)).toContain('PATH');
  });

  it('hands over errors without the frames that are below every task', async () => {
    await runner.load(tasks);
    const [error] = valueOf(await runner.run('main_env.errors')) as [RangeError];
    for (const { stack } of [error, error.cause as Error]) expect(stack).toMatch(/^\w+: [a-z ]+\n {4}at \S+main\.js:\d+:\d+$/);
  });

  it('keeps attempts that come before the bundle is loaded', async () => {
    const action = runner.begin('main_env.echo', ['early']);
    await runner.load(`await new Promise((resolve) => setTimeout(resolve, 20));${tasks}`);
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(['early']);
    const types = runner.messages.map((message) => message.type);
    expect(types.indexOf('ended')).toBeGreaterThan(types.indexOf('loaded'));
  });

  it('does not begin an attempt that was cancelled before', async () => {
    const action = runner.begin('main_env.print', ['begun']);
    runner.cancel(action, 'never mind');
    await runner.load(tasks);
    expect((await runner.ended(action)).outcome).toEqual({ status: 'cancelled', reason: 'never mind' });
    expect(runner.stdout).toBe('');
  });

  it('works in the folder of each attempt, also after a task that left it', async () => {
    await runner.load(tasks);
    const folder = join(runner.directory, 'own');
    await mkdir(folder);
    await runner.run('main_env.wander');
    const ended = await runner.ended(runner.begin('main_env.where', [], folder));
    expect(valueOf(ended.outcome)).toBe(realpathSync(folder));
  });

  it('says so where that folder is not there, and goes on', async () => {
    await runner.load(tasks);
    const { outcome } = await runner.ended(runner.begin('main_env.where', [], '/nowhere'));
    expect(outcome).toMatchObject({ status: 'failed', failure: 'infrastructure', code: 'AMBIT_TASK_DIRECTORY' });
    expect(valueOf(await runner.run('main_env.echo', [1]))).toEqual([1]);
  });

  it('has all output of a task in the pipe before the outcome, however much it is', async () => {
    await runner.load(tasks);
    const text = 'x'.repeat(3_000_000);
    await runner.run('main_env.print', [text]);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(runner.stdout.length).toBe(text.length);
  });

  it('hands results over that are larger than what the kernel takes at once', async () => {
    await runner.load(tasks);
    const texts = Array.from({ length: 5 }, () => 'a'.repeat(200_000));
    const actions = texts.map((text) => runner.begin('main_env.echo', [text]));
    for (const [index, action] of actions.entries()) expect(valueOf((await runner.ended(action)).outcome)).toEqual([texts[index]]);
  });

  it('ends when its supervisor is gone', async () => {
    await runner.next('ready');
    runner.closeChannel();
    expect(await runner.exited).toEqual({ code: 0, signal: null });
  });
});

describe('an attempt that fails', () => {
  beforeEach(() => runner.load(tasks));

  it('tells an error with its class, its fields and its causes', async () => {
    const outcome = await runner.run('main_env.throw', ['type']);
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: 'user',
      code: 'AMBIT_TASK_FAILED',
      message: 'TypeError: x is no sequence',
      retryable: true,
    });
    const error = errorOf(outcome);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ line: 7, cause: { message: 'deep' } });
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it.each([
    ['text', '"boom" was thrown', 'boom'],
    ['null', 'null was thrown', null],
  ])('tells what was thrown and is no error: %s', async (kind, message, value) => {
    const outcome = await runner.run('main_env.throw', [kind]);
    expect(outcome).toMatchObject({ status: 'failed', message });
    expect(errorOf(outcome)).toMatchObject({ value });
  });

  it('survives errors that throw when they are read', async () => {
    expect(await runner.run('main_env.throw', ['hostile'])).toMatchObject({ status: 'failed', failure: 'user' });
  });

  it('is not to be retried after a NonRetryableError', async () => {
    expect(await runner.run('main_env.throw', ['final'])).toMatchObject({ message: 'NonRetryableError: give up', retryable: false });
  });

  it('fails where the result cannot travel, and says which part of it', async () => {
    expect(await runner.run('main_env.refused')).toMatchObject({
      status: 'failed',
      failure: 'user',
      code: 'AMBIT_VALUE_REFUSED',
      error: { message: 'result.items[1].callback is a function' },
    });
  });

  it('fails as configuration where the bundle does not define the task', async () => {
    expect(await runner.run('main_env.other')).toMatchObject({
      status: 'failed',
      failure: 'configuration',
      code: 'AMBIT_TASK_NOT_IN_BUNDLE',
      retryable: false,
    });
  });
});
