import { beforeEach, describe, expect, it } from 'vitest';
import { decodeError, decodeValue } from '../../src/values/index.ts';
import { errorOf, valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => (runner = each), 'main_env', { gpus: [{ id: 'GPU-1', model: 'A100' }] });

const tasks = `
  import { defineTask, step, task, taskContext } from '#ambit/runtime';
  const child = task('child_env.child');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const atLoad = { context: taskContext(), step: await step('at load', () => 'plain') };
  defineTask('main_env.at_load', () => atLoad);
  defineTask('main_env.context', () => {
    const { signal, progress, ...rest } = taskContext();
    return { ...rest, aborted: signal.aborted, same: taskContext().signal === signal };
  });
  defineTask('main_env.steps', async () => {
    const slow = step('slow', () => sleep(20).then(() => new Date(5)));
    const fast = await step('fast', () => ({ n: 1n }));
    return [await slow, fast, await step('fast', () => undefined)];
  });
  defineTask('main_env.step_fails', async () => { await step('broken', () => { throw new RangeError('no seed'); }); });
  defineTask('main_env.step_refused', async () => { await step('function', () => ({ a: [() => 1] })); });
  defineTask('main_env.step_unnamed', async () => { await step('', () => 1); });
  defineTask('main_env.step_calls', async () => step('calls', () => child(1)));
  let late;
  defineTask('main_env.step_late', () => {
    late = sleep(20).then(() => step('late', () => 1)).catch((e) => e.code);
    void step('left', () => sleep(10));
  });
  defineTask('main_env.late', () => late);
  defineTask('main_env.progress', async (n) => {
    const { progress } = taskContext();
    for (let i = 1; i <= n; i++) progress(i, n, 'chunk ' + i);
    progress(n + 1);
  });
  defineTask('main_env.progress_paced', async () => {
    const { progress } = taskContext();
    progress(1); progress(2); await sleep(150); progress(3);
  });
  defineTask('main_env.progress_wrong', (done, total, note) => { taskContext().progress(done, total, note); });
  defineTask('main_env.progress_late', () => { const { progress } = taskContext(); setTimeout(() => progress(1), 10); });
  defineTask('main_env.sleep', sleep);
  const queue = [];
  setInterval(() => { while (queue.length) queue.shift()(); }, 2).unref();
  const elsewhere = (fn) => new Promise((resolve) => queue.push(() => resolve(fn())));
  defineTask('main_env.context_lost', async () => [(await elsewhere(() => taskContext()?.action)), await elsewhere(() => step('lost', () => 1)).catch((e) => e.code)]);
`;

const stepsOf = (action: string): Extract<(typeof runner.messages)[number], { type: 'step' }>[] =>
  runner.messages.flatMap((message) => (message.type === 'step' && message.action === action ? [message] : []));
const progressOf = (action: string): unknown[] =>
  runner.messages.flatMap((message) => (message.type === 'progress' && message.action === action ? [message.data] : []));

beforeEach(() => runner.load(tasks));

describe('the context of a task', () => {
  it('says which attempt it is, and what it may use', async () => {
    const action = runner.begin('main_env.context');
    expect(valueOf((await runner.ended(action)).outcome)).toEqual({
      run: 'run-1',
      action,
      attempt: 1,
      gpus: [{ uuid: 'GPU-1', model: 'A100' }],
      aborted: false,
      same: true,
    });
  });

  it('is not there while a module is loaded, where a step is its function', async () => {
    expect(valueOf(await runner.run('main_env.at_load'))).toEqual({ context: undefined, step: 'plain' });
    expect(runner.messages.some(({ type }) => type === 'step')).toBe(false);
  });

  it('is that of the one live attempt where it is lost, and of none where several live', async () => {
    const alone = runner.begin('main_env.context_lost');
    expect(valueOf((await runner.ended(alone)).outcome)).toEqual([alone, 1]);
    const other = runner.begin('main_env.sleep', [100]);
    expect(valueOf(await runner.run('main_env.context_lost'))).toEqual([undefined, 'AMBIT_TASK_CONTEXT_LOST']);
    await runner.ended(other);
  });
});

describe('a step', () => {
  it('gives what its function gives, and tells it with its number in the order in which steps begin', async () => {
    const action = runner.begin('main_env.steps');
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([new Date(5), { n: 1n }, undefined]);
    const told = stepsOf(action).map(({ attempt, step, name, value }) => [attempt, step, name, decodeValue(value!)]);
    expect(told).toEqual([
      [1, 2, 'fast', { n: 1n }],
      [1, 1, 'slow', new Date(5)],
      [1, 3, 'fast', undefined],
    ]);
  });

  it('throws what its function throws, and tells it', async () => {
    const action = runner.begin('main_env.step_fails');
    const outcome = (await runner.ended(action)).outcome;
    expect(errorOf(outcome)).toBeInstanceOf(RangeError);
    const [told] = stepsOf(action);
    expect([told?.name, decodeError(told!.error!).message]).toEqual(['broken', 'no seed']);
    expect(told).not.toHaveProperty('value');
  });

  it('refuses a value that cannot travel, and says where it is', async () => {
    expect(await runner.run('main_env.step_refused')).toMatchObject({ error: { message: 'step.function.a[0] is a function' } });
    expect(await runner.run('main_env.step_unnamed')).toMatchObject({ error: { code: 'AMBIT_DEFINE_OPTION' } });
  });

  it('may call tasks', async () => {
    const action = runner.begin('main_env.step_calls');
    runner.succeed(await runner.call(action, 1), 'r');
    expect(valueOf((await runner.ended(action)).outcome)).toBe('r');
    expect(stepsOf(action)).toMatchObject([{ step: 1, name: 'calls', value: '"r"' }]);
  });

  it('is not told once its attempt has ended, and refused where it begins then', async () => {
    const action = runner.begin('main_env.step_late');
    await runner.ended(action);
    expect(valueOf(await runner.run('main_env.late'))).toBe('AMBIT_TASK_FINISHED');
    expect(stepsOf(action)).toEqual([]);
  });
});

describe('progress', () => {
  it('is told first and last, however much there is between', async () => {
    const action = runner.begin('main_env.progress', [5000]);
    await runner.ended(action);
    expect(progressOf(action)).toEqual([{ done: 1, total: 5000, note: 'chunk 1' }, { done: 5001 }]);
    const types = runner.messages.flatMap((message) => ('action' in message && message.action === action ? [message.type] : []));
    expect(types.at(-1)).toBe('ended');
  });

  it('is told again after a while', async () => {
    const action = runner.begin('main_env.progress_paced');
    await runner.ended(action);
    expect(progressOf(action)).toEqual([{ done: 1 }, { done: 2 }, { done: 3 }]);
  });

  it.each([
    [Number.NaN, undefined, undefined],
    ['1', undefined, undefined],
    [1, Number.POSITIVE_INFINITY, undefined],
    [1, 2, 3],
  ])('is refused where it is none: %j, %j, %j', async (...args) => {
    expect(await runner.run('main_env.progress_wrong', args)).toMatchObject({ error: { code: 'AMBIT_TASK_PROGRESS' } });
  });

  it('is not told once the attempt has ended', async () => {
    const action = runner.begin('main_env.progress_late');
    await runner.ended(action);
    await runner.run('main_env.sleep', [30]);
    expect(progressOf(action)).toEqual([]);
  });
});
