import { describe, expect, it } from 'vitest';
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
  import { TaskEnvironment, defineTask, environment, group, map, task } from '#ambit/runtime';
  const child = task('child_env.child');
  const own = defineTask('main_env.own', (x) => x + 1);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const schema = (validate) => ({ '~standard': { version: 1, vendor: 'test', validate } });
  const number = schema(async (x) => typeof x === 'number' ? { value: x * 10 } : { issues: [{ message: 'expected a number', path: ['n'] }] });
  const text = schema((x) => typeof x === 'string' ? { value: x + '!' } : { issues: [{ message: 'expected text' }] });
  const checked = defineTask('main_env.checked', (n) => (n === 70 ? n : String(n)), { input: number, output: text });
  new TaskEnvironment({ name: 'main_env' }).task('whole', { input: number, retries: 2 }, (n) => n);
  defineTask('main_env.checks_another', async () => { await checked.local('x'); });
  defineTask('main_env.checks_by_call', async () => { await checked('x'); });
  defineTask('main_env.throws_in_schema', () => 1, { input: schema(() => { throw new RangeError('broken schema'); }) });
  defineTask('main_env.overrides', async () => {
    await child.override({ retries: 3, label: 'a', resources: { memory: '1Gi' } }).override({ retries: null, timeout: '1m' })(1);
    await own.override({ retries: 1 })(2);
    await child(3);
  });
  defineTask('main_env.bad_override', async () => { await child.override({ retry: 3 })(1); });
  defineTask('main_env.groups', () => group('outer', async () => {
    const first = child(1);
    const second = group('inner', () => child(2));
    await Promise.all([first, second]);
    await sleep(1);
    await child.override({ label: 'own' })(3);
  }));
  defineTask('main_env.group_value', () => [group('a', () => 5), group('a', () => { throw new Error('through'); })]);
  defineTask('main_env.group_label', () => group('', () => 1));
  defineTask('main_env.maps', () => child.map([1, 2, 3, 4], { concurrency: 2, label: 'chunk' }));
  defineTask('main_env.maps_finish', () => child.map([1, 2, 3], { onError: 'finish-others' }).settled());
  defineTask('main_env.maps_nested', () => group('all', () => map(['a', 'b'], (x) => group(x, () => map([1, 2], (y) => child(x, y))))));
  defineTask('main_env.maps_caught', async () => {
    const map = child.map([1, 2, 3, 4], { concurrency: 3 });
    try { await map; } catch (e) { return [e.message, (await map.settled()).map((o) => o.status)]; }
  });
  defineTask('main_env.maps_and_more', async () => {
    const other = child('other');
    try { await child.map([1, 2]); } catch { return other; }
  });
  defineTask('main_env.maps_uncaught', async () => { void child.map([1]); await child('later'); return 'done'; });
  defineTask('main_env.maps_left', () => { void child.map([1, 2, 3], { concurrency: 1 }); return 'done'; });
  defineTask('main_env.maps_loop', async () => {
    const seen = [];
    for await (const x of child.map([1, 2, 3, 4], { concurrency: 2 })) { seen.push(x); if (x === 'r1') break; }
    return seen;
  });
  defineTask('main_env.maps_goes_on', async () => {
    const steps = [];
    const map_ = map([1, 2], async (x) => {
      if (x === 1) return child('fails');
      await sleep(10);
      return child('too late').catch((e) => { steps.push(e.code); });
    });
    try { await map_; } catch { await sleep(30); return steps; }
  });
  defineTask('main_env.maps_many', async (n) => {
    let sum = 0;
    for await (const x of map((function* () { for (let i = 0; i < n; i++) yield i; })(), (i) => child(i), { concurrency: 100 })) sum += x;
    return sum;
  });
  defineTask('main_env.thread', async () => {
    const { Worker } = await import('node:worker_threads');
    const code = "import { pathToFileURL } from 'node:url'; import { parentPort, workerData } from 'node:worker_threads';" +
      "const { task } = await import(workerData); task('child_env.child')(1).catch((e) => parentPort.postMessage(e.code));";
    const thread = new Worker(new URL('data:text/javascript,' + encodeURIComponent(code)), { workerData: import.meta.resolve('#ambit/runtime') });
    return new Promise((resolve, reject) => thread.on('message', resolve).on('error', reject));
  });
`;

const callsOf = (action: string): Extract<(typeof runner.messages)[number], { type: 'call' }>[] =>
  runner.messages.flatMap((message) => (message.type === 'call' && message.action === action ? [message] : []));

/** Answers calls as they come, until the attempt has ended. */
async function serve(action: string, answer: (args: readonly unknown[]) => unknown): Promise<void> {
  for (let call = 1; ; call += 1) {
    const next = await Promise.race([runner.call(action, call), runner.ended(action)]);
    if (next.type === 'ended') return;
    runner.succeed(next, answer(decodeArgs(next.args)));
  }
}

describe('a task with schemas', () => {
  it('gets what its input schema makes of the input, and gives what its output schema makes of the result', async () => {
    expect(valueOf(await runner.run('main_env.checked', [4]))).toBe('40!');
    expect(valueOf(await runner.run('main_env.whole', [4]))).toBe(40);
  });

  it('fails for good where its input is refused', async () => {
    expect(await runner.run('main_env.checked', ['x'])).toMatchObject({
      status: 'failed',
      failure: 'user',
      code: 'AMBIT_TASK_INPUT_REFUSED',
      message: 'The input of main_env.checked is not what its schema asks for: input.n: expected a number.',
      retryable: false,
    });
  });

  it('fails for good where its output is refused', async () => {
    const outcome = await runner.run('main_env.checked', [7]);
    expect(outcome).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_OUTPUT_REFUSED', retryable: false });
    expect(errorOf(outcome).message).toContain('output: expected text.');
  });

  it('fails as any other where it lets through what a schema of another task refused, or a schema is broken', async () => {
    expect(await runner.run('main_env.checks_another')).toMatchObject({ code: 'AMBIT_TASK_FAILED', retryable: true });
    expect(await runner.run('main_env.throws_in_schema')).toMatchObject({
      code: 'AMBIT_TASK_FAILED',
      message: 'RangeError: broken schema',
    });
  });

  it('is called as any other: its schemas are asked where it runs', async () => {
    const action = runner.begin('main_env.checks_by_call');
    const call = await runner.call(action, 1);
    expect(decodeArgs(call.args)).toEqual(['x']);
    runner.succeed(call, 1);
    await runner.ended(action);
  });
});

describe('an override', () => {
  it('goes along with the call, parsed', async () => {
    const action = runner.begin('main_env.overrides');
    await serve(action, () => 1);
    expect(callsOf(action).map(({ options }) => options)).toEqual([
      {
        label: 'a',
        retries: { retries: 0 },
        resources: { memory: [2 ** 30, 2 ** 30] },
        timeout: { timeoutMs: 60_000 },
      },
      { retries: { retries: 1 } },
      undefined,
    ]);
  });

  it('is refused where it says what nobody knows', async () => {
    expect(await runner.run('main_env.bad_override')).toMatchObject({
      error: { code: 'AMBIT_DEFINE_UNKNOWN_OPTION', message: expect.stringContaining("Did you mean 'retries'?") as string },
    });
  });
});

describe('a group', () => {
  it('is said of each call made in it, from the outermost on, also later', async () => {
    const action = runner.begin('main_env.groups');
    await serve(action, () => 1);
    expect(callsOf(action).map(({ options }) => options)).toEqual([
      { group: ['outer'] },
      { group: ['outer', 'inner'] },
      { label: 'own', group: ['outer'] },
    ]);
  });

  it('gives what its function gives, and throws what it throws', async () => {
    expect(await runner.run('main_env.group_value')).toMatchObject({ message: 'Error: through' });
  });

  it('needs a label', async () => {
    expect(await runner.run('main_env.group_label')).toMatchObject({ error: { code: 'AMBIT_DEFINE_OPTION' } });
  });
});

describe('a map of a task', () => {
  it('has no more open calls than it may, under its label', async () => {
    const action = runner.begin('main_env.maps');
    const [first, second] = [await runner.call(action, 1), await runner.call(action, 2)];
    await runner.run('main_env.own', [1]);
    expect(callsOf(action)).toHaveLength(2);
    runner.succeed(second, 'r2');
    runner.succeed(await runner.call(action, 3), 'r3');
    runner.succeed(await runner.call(action, 4), 'r4');
    runner.succeed(first, 'r1');
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(callsOf(action).every(({ options }) => options?.label === 'chunk')).toBe(true);
  });

  it('ends its other calls when one fails, and only those', async () => {
    const action = runner.begin('main_env.maps_and_more');
    const [other, , second] = [await runner.call(action, 1), await runner.call(action, 2), await runner.call(action, 3)];
    runner.fail(second, new Error('x'));
    expect(await runner.next('call.cancel')).toMatchObject({ action, call: 2, reason: 'another call of the same map has failed' });
    runner.succeed(other, 'of no map');
    const { outcome, tainted } = await runner.ended(action);
    expect([valueOf(outcome), tainted]).toEqual(['of no map', false]);
    expect(runner.messages.filter(({ type }) => type === 'call.cancel')).toHaveLength(1);
  });

  it('rejects with the first failure, and tells how each call ended', async () => {
    const action = runner.begin('main_env.maps_caught');
    await runner.call(action, 3);
    const [first, second] = callsOf(action);
    runner.succeed(first!, 1);
    runner.fail(second!, new Error('x'));
    const [message, statuses] = valueOf((await runner.ended(action)).outcome) as [string, string[]];
    expect(message).toBe('child_env.child failed');
    expect(statuses.slice(0, 2)).toEqual(['succeeded', 'failed']);
    expect(statuses).toHaveLength(4);
  });

  it('makes all calls where others are finished', async () => {
    const action = runner.begin('main_env.maps_finish');
    await runner.call(action, 3);
    const [first, second, third] = callsOf(action);
    runner.fail(second!, new RangeError('x'));
    runner.answer(third!, { status: 'cancelled', reason: 'by the user' });
    runner.succeed(first!, 1);
    const outcomes = valueOf((await runner.ended(action)).outcome);
    expect(outcomes).toMatchObject([
      { status: 'succeeded', value: 1 },
      { status: 'failed', error: { name: 'TaskError', task: 'child_env.child' } },
      { status: 'cancelled', reason: 'by the user' },
    ]);
  });

  it('keeps the groups around it and within, whoever makes room for the next call', async () => {
    const action = runner.begin('main_env.maps_nested');
    await serve(action, ([x, y]) => `${String(x)}${String(y)}`);
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
    const groups = callsOf(action).map(({ args, options }) => [decodeArgs(args)[0], options?.group]);
    expect(groups.every(([x, group]) => JSON.stringify(group) === JSON.stringify(['all', x]))).toBe(true);
  });

  it('refuses what a function of it calls after the failure of another', async () => {
    const action = runner.begin('main_env.maps_goes_on');
    runner.fail(await runner.call(action, 1), new Error('x'));
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(['AMBIT_TASK_CANCELLED']);
    expect(callsOf(action)).toHaveLength(1);
  });

  it('fails the task that nobody handles it in, and does not end the runner', async () => {
    const action = runner.begin('main_env.maps_uncaught');
    const [mapped, later] = [await runner.call(action, 1), await runner.call(action, 2)];
    runner.fail(mapped, new Error('unseen'));
    await runner.run('main_env.own', [1]);
    runner.succeed(later, 1);
    expect(errorOf((await runner.ended(action)).outcome)).toMatchObject({ name: 'TaskError', cause: { message: 'unseen' } });
    expect(valueOf(await runner.run('main_env.own', [1]))).toBe(2);
  });

  it('is waited for to its end by a task that returns', async () => {
    const action = runner.begin('main_env.maps_left');
    await serve(action, () => 1);
    expect(callsOf(action)).toHaveLength(3);
    expect(valueOf((await runner.ended(action)).outcome)).toBe('done');
  });

  it('ends its calls where its loop is left', async () => {
    const action = runner.begin('main_env.maps_loop');
    runner.succeed(await runner.call(action, 1), 'r1');
    expect(valueOf((await runner.ended(action)).outcome)).toEqual(['r1']);
    expect(await runner.next('call.cancel')).toMatchObject({ reason: 'nobody takes the results of its map any more' });
  });

  it('streams many', async () => {
    const action = runner.begin('main_env.maps_many', [3000]);
    await serve(action, ([i]) => i);
    expect(valueOf((await runner.ended(action)).outcome)).toBe((3000 * 2999) / 2);
  });
});

describe('a call in a thread of a task', () => {
  it('is refused, and not run in silence', async () => {
    expect(valueOf(await runner.run('main_env.thread'))).toBe('AMBIT_TASK_CONTEXT_LOST');
  });
});
