import { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { encodeError } from '../../src/values/encode-error.ts';
import { decodeArgs } from '../../src/values/encode-value.ts';
import { errorOf, valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => {
  runner = each;
  return each.load(tasks);
});

const tasks = `
  import { AmbitError, File, TaskError, defineTask, task, taskContext } from '#ambit/runtime';
  const child = task('child_env.child');
  const own = defineTask('main_env.own', (x) => x + 1);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const about = (e) => ({ name: e.name, code: e.code, message: e.message, known: AmbitError.is(e), taskError: e instanceof TaskError });
  const caught = (promise) => promise.then(() => 'no error', about);
  defineTask('main_env.one', async (x) => [await child(x)]);
  defineTask('main_env.own_too', async (x) => [await own(x), await own.local(x)]);
  defineTask('main_env.many', (n) => Promise.all(Array.from({ length: n }, (_, i) => child(i))));
  defineTask('main_env.caught', () => caught(child(1)));
  defineTask('main_env.cause', async () => { try { await child(1); } catch (e) { return [e.cause instanceof RangeError, e.cause.limit, e.task]; } });
  defineTask('main_env.uncaught', async () => { await child(1); });
  defineTask('main_env.bad_argument', () => caught(child({ deep: [() => 1] })));
  defineTask('main_env.bad_argument_uncaught', async () => { void child(Symbol('x')); await sleep(1); });
  defineTask('main_env.leave_open', () => { void child(1); return 'done'; });
  defineTask('main_env.leave_handled', () => { child(1).catch(() => {}); return 'done'; });
  defineTask('main_env.leave_branch', () => { void (async () => { await child(1); await child(2); })(); return 'done'; });
  defineTask('main_env.leave_soon', () => { void (async () => { for (let i = 0; i < 20; i++) await null; await child(1); })(); return 'done'; });
  defineTask('main_env.late_await', async () => { const p = child(1); await child(2); try { await p; } catch (e) { return 'caught ' + e.message; } });
  defineTask('main_env.never_await', async () => { void child(1); await child(2); return 'done'; });
  defineTask('main_env.race', () => Promise.race([child(1), child(2)]));
  defineTask('main_env.throw_with_open', async () => { void child(1); throw new Error('no more'); });
  defineTask('main_env.wait_then_call', async () => { try { await child(1); } catch { return caught(child(2)); } });
  defineTask('main_env.reference_local', () => caught(child.local(1)));
  defineTask('main_env.reference_local_uncaught', () => child.local(1));
  let late;
  defineTask('main_env.late', () => { late = sleep(20).then(() => caught(child(1))); });
  defineTask('main_env.late_answer', () => late);
  defineTask('main_env.late_unhandled', () => { setTimeout(() => void child(1), 5); });
  defineTask('main_env.sleep', (ms) => { taskContext().progress(1); return sleep(ms); });
  defineTask('main_env.until_aborted', async () => {
    const { signal, progress } = taskContext();
    progress(1);
    await new Promise((resolve) => { signal.onabort = resolve; });
    console.log('aborted: ' + signal.reason.message);
  });
  const queue = [];
  setInterval(() => { while (queue.length) queue.shift()(); }, 2).unref();
  const elsewhere = (fn) => new Promise((resolve) => queue.push(() => resolve(fn())));
  defineTask('main_env.context_lost', () => elsewhere(() => caught(child(1))));
  defineTask('main_env.type', async () => { const f = await child(); return [f instanceof File, f.name]; });
`;

describe('a call of a task inside a task', () => {
  it('is a message, and its outcome is the value of the call', async () => {
    const action = runner.begin('main_env.one', [{ x: 1n }]);
    const call = await runner.call(action, 1);
    expect(call).toMatchObject({ action, attempt: 1, task: 'child_env.child' });
    expect(decodeArgs(call.args)).toEqual([{ x: 1n }]);
    runner.succeed(call, new Set([1]));
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([new Set([1])]);
  });

  it('is one for tasks of the same environment too; only local runs the function', async () => {
    const action = runner.begin('main_env.own_too', [1]);
    const call = await runner.call(action, 1);
    expect(call.task).toBe('main_env.own');
    runner.succeed(call, 'from elsewhere');
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(['from elsewhere', 2]);
    expect(runner.messages.filter((message) => message.type === 'call')).toHaveLength(1);
  });

  it('has numbers in call order, and answers may come in any', async () => {
    const action = runner.begin('main_env.many', [50]);
    await runner.call(action, 50);
    const calls = runner.messages.flatMap((message) => (message.type === 'call' ? [message] : []));
    expect(calls.map(({ call, args }) => [call, decodeArgs(args)[0]])).toEqual(Array.from({ length: 50 }, (_, i) => [i + 1, i]));
    for (const call of calls.reverse()) runner.succeed(call, `r${call.call}`);
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(Array.from({ length: 50 }, (_, i) => `r${i + 1}`));
  });

  it('rejects with the TaskError that the engine made, whose cause is what the child threw', async () => {
    const action = runner.begin('main_env.cause');
    runner.fail(await runner.call(action, 1), Object.assign(new RangeError('too long'), { limit: 3 }));
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([true, 3, 'child_env.child']);
  });

  it('fails its parent where the parent does not catch that, and says that it was a child', async () => {
    const action = runner.begin('main_env.uncaught');
    runner.fail(await runner.call(action, 1), new Error('child broke'));
    const { outcome, tainted } = await runner.ended(action);
    expect(outcome).toMatchObject({ status: 'failed', error: { task: { task: 'child_env.child', environment: 'child_env' } } });
    expect(errorOf(outcome)).toMatchObject({ name: 'TaskError', cause: { message: 'child broke' } });
    expect(tainted).toBe(false);
  });

  it('rejects where the child was cancelled', async () => {
    const action = runner.begin('main_env.caught');
    runner.answer(await runner.call(action, 1), { status: 'cancelled', reason: 'by the user' });
    expect(valueOf((await runner.ended(action)).outcome)).toMatchObject({
      code: 'AMBIT_TASK_CANCELLED',
      message: 'child_env.child was cancelled: by the user',
      known: true,
    });
  });

  it('rejects at the call where an argument cannot travel, without calling', async () => {
    expect(valueOf(await runner.run('main_env.bad_argument'))).toMatchObject({
      code: 'AMBIT_VALUE_REFUSED',
      message: 'args[0].deep[0] is a function',
      known: true,
    });
    expect(await runner.run('main_env.bad_argument_uncaught')).toMatchObject({
      ...{ failure: 'user', code: 'AMBIT_VALUE_REFUSED', message: 'args[0] is a symbol' },
    });
    expect(runner.messages.some((message) => message.type === 'call')).toBe(false);
  });

  it('rejects where it cannot be read what the child gave back', async () => {
    const action = runner.begin('main_env.caught');
    runner.answer(await runner.call(action, 1), { status: 'succeeded', value: '{' });
    expect(valueOf((await runner.ended(action)).outcome)).toMatchObject({ code: 'AMBIT_VALUE_MALFORMED' });
  });

  it('gives files back that the code knows as files', async () => {
    const action = runner.begin('main_env.type');
    const uri = `ambit://sha256/${'0'.repeat(64)}`;
    runner.answer(await runner.call(action, 1), { status: 'succeeded', value: `~[[0],[["file",{"uri":"${uri}","name":"a.txt"}]]]` });
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([true, 'a.txt']);
  });

  it('refuses to run the function of a task that was cut out', async () => {
    const about = valueOf(await runner.run('main_env.reference_local'));
    expect(about).toMatchObject({ code: 'AMBIT_TASK_NOT_HERE' });
    expect((about as Error).message).toContain('cut for environment main_env');
    expect(await runner.run('main_env.reference_local_uncaught')).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_NOT_HERE' });
  });

  it('says of a refusal that a child had what it says of any failure of a child', async () => {
    const action = runner.begin('main_env.uncaught');
    const refused = encodeError(new AmbitError('AMBIT_VALUE_REFUSED', 'result is a function', { hint: 'Return data.' }));
    const task = { failure: 'user', task: 'child_env.child', environment: 'child_env', attempt: 1 } as const;
    runner.answer(await runner.call(action, 1), { status: 'failed', error: { ...refused, name: 'TaskError', task, cause: refused } });
    expect((await runner.ended(action)).outcome).toMatchObject({ code: 'AMBIT_TASK_FAILED' });
  });
});

describe('the stack of what a call rejects with', () => {
  it.each([
    ['main_env.uncaught', (call: Parameters<RunnerProcess['fail']>[0]) => runner.fail(call, new Error('x'))],
    ['main_env.uncaught', (call: Parameters<RunnerProcess['fail']>[0]) => runner.answer(call, { status: 'cancelled', reason: 'x' })],
  ])('begins at the call', async (task, answer) => {
    const action = runner.begin(task);
    answer(await runner.call(action, 1));
    const [, ...frames] = errorOf((await runner.ended(action)).outcome).stack?.split('\n') ?? [];
    expect(frames).toEqual([expect.stringMatching(/bundle\/main\.js:\d+:\d+/)]);
  });

  it('also where the call was refused', async () => {
    const outcome = await runner.run('main_env.bad_argument_uncaught');
    expect(errorOf(outcome).stack).toMatch(/^AmbitError: args\[0\] is a symbol\n {4}at .*bundle\/main\.js:\d+:\d+\)?$/);
  });
});

describe('a parent that returns', () => {
  it('waits for the calls that it left open', async () => {
    const action = runner.begin('main_env.leave_open');
    const call = await runner.call(action, 1);
    expect(valueOf(await runner.run('main_env.own', [1]))).toBe(2);
    expect(runner.messages.some((message) => message.type === 'ended' && message.action === action)).toBe(false);
    runner.succeed(call, null);
    expect(valueOf((await runner.ended(action)).outcome)).toBe('done');
  });

  it('waits for the calls that such calls lead to', async () => {
    const action = runner.begin('main_env.leave_branch');
    runner.succeed(await runner.call(action, 1), null);
    runner.fail(await runner.call(action, 2), new Error('second'));
    expect(errorOf((await runner.ended(action)).outcome)).toMatchObject({ name: 'TaskError', cause: { message: 'second' } });
  });

  it('waits for calls that code which it left makes before anything else happens', async () => {
    const action = runner.begin('main_env.leave_soon');
    runner.fail(await runner.call(action, 1), new Error('soon'));
    expect(errorOf((await runner.ended(action)).outcome)).toMatchObject({ name: 'TaskError', cause: { message: 'soon' } });
  });

  it('fails with one of them that failed and was not handled, and its worker lives on', async () => {
    const action = runner.begin('main_env.leave_open');
    runner.fail(await runner.call(action, 1), new Error('nobody looked'));
    expect(errorOf((await runner.ended(action)).outcome)).toMatchObject({ name: 'TaskError', cause: { message: 'nobody looked' } });
    expect(valueOf(await runner.run('main_env.own', [1]))).toBe(2);
  });

  it('also where that failed in the same moment in which the parent returned', async () => {
    const action = runner.begin('main_env.never_await');
    const second = await runner.call(action, 2);
    runner.fail(await runner.call(action, 1), new Error('unseen'));
    runner.succeed(second, null);
    expect(errorOf((await runner.ended(action)).outcome)).toMatchObject({ cause: { message: 'unseen' } });
  });

  it('succeeds where the failure was handled, be it late', async () => {
    const handled = runner.begin('main_env.leave_handled');
    runner.fail(await runner.call(handled, 1), new Error('x'));
    expect(valueOf((await runner.ended(handled)).outcome)).toBe('done');
    const late = runner.begin('main_env.late_await');
    const second = await runner.call(late, 2);
    runner.fail(await runner.call(late, 1), new Error('x'));
    await runner.run('main_env.sleep', [5]);
    runner.succeed(second, null);
    expect(valueOf((await runner.ended(late)).outcome)).toBe('caught child_env.child failed');
  });

  it('is not failed by the loser of a race', async () => {
    const action = runner.begin('main_env.race');
    const [first, second] = [await runner.call(action, 1), await runner.call(action, 2)];
    runner.succeed(second, 'winner');
    runner.fail(first, new Error('loser'));
    expect(valueOf((await runner.ended(action)).outcome)).toBe('winner');
  });
});

describe('a parent that throws', () => {
  it('cancels the calls that it left open, and its runner is not to be used again', async () => {
    const action = runner.begin('main_env.throw_with_open');
    const { outcome, tainted } = await runner.ended(action);
    expect(outcome).toMatchObject({ status: 'failed', message: 'Error: no more' });
    expect(tainted).toBe(true);
    expect(await runner.next('call.cancel')).toMatchObject({ action, attempt: 1, call: 1 });
  });
});

describe('a cancelled attempt', () => {
  it('has its calls rejected and cancelled, may call no more, and ends as cancelled', async () => {
    const action = runner.begin('main_env.wait_then_call');
    await runner.call(action, 1);
    runner.cancel(action, 'by the user');
    expect((await runner.ended(action)).outcome).toEqual({ status: 'cancelled', reason: 'by the user' });
    expect(await runner.next('call.cancel')).toMatchObject({ call: 1, reason: 'by the user' });
    expect(runner.messages.filter((message) => message.type === 'call')).toHaveLength(1);
  });

  it('has its signal aborted', async () => {
    const action = runner.begin('main_env.until_aborted');
    await runner.next('progress');
    runner.cancel(action, 'by the user');
    expect((await runner.ended(action)).outcome).toEqual({ status: 'cancelled', reason: 'by the user' });
    expect(runner.stdout).toBe('aborted: main_env.until_aborted was cancelled: by the user\n');
  });

  it('is one also where the function does not care, as soon as it ends', async () => {
    const action = runner.begin('main_env.sleep', [30]);
    await runner.next('progress');
    runner.cancel(action, 'enough');
    expect((await runner.ended(action)).outcome).toEqual({ status: 'cancelled', reason: 'enough' });
  });
});

describe('code that calls out of place', () => {
  it('is told so after its attempt has ended, and the runner is not to be used again', async () => {
    expect((await runner.ended(runner.begin('main_env.late'))).tainted).toBe(false);
    const { outcome, tainted } = await runner.ended(runner.begin('main_env.late_answer'));
    expect(valueOf(outcome)).toMatchObject({
      code: 'AMBIT_TASK_FINISHED',
      message: 'child_env.child was called by main_env.late, which had ended already.',
    });
    expect(tainted).toBe(true);
  });

  it('is told so on stderr where it does not listen, and takes no other attempt down', async () => {
    await runner.run('main_env.late_unhandled');
    expect((await runner.run('main_env.sleep', [30])).status).toBe('succeeded');
    expect(runner.stderr).toContain('child_env.child was called by main_env.late_unhandled');
  });

  it('belongs to the one live attempt where its context is lost', async () => {
    const action = runner.begin('main_env.context_lost');
    runner.succeed(await runner.call(action, 1), 1);
    expect(valueOf((await runner.ended(action)).outcome)).toBe('no error');
  });

  it('is refused where its context is lost and several attempts live', async () => {
    const other = runner.begin('main_env.sleep', [100]);
    const outcome = await runner.run('main_env.context_lost');
    expect(valueOf(outcome)).toMatchObject({ code: 'AMBIT_TASK_CONTEXT_LOST', known: true });
    expect((await runner.ended(other)).outcome.status).toBe('succeeded');
  });
});
