import { describe, expect, it } from 'vitest';
import { testClock } from '@ambit/testkit';
import type { MemoryTask, MemoryTaskContext } from '@ambit/testkit';
import { decodeArgs, decodeError, encodeError, encodeValue } from '@ambit/worker/values';
import { EngineEndOfTest } from './engine-end.ts';

function engine(tasks: Record<string, MemoryTask>, options: { graceMs?: number; clock?: ReturnType<typeof testClock> } = {}) {
  return new EngineEndOfTest({ tasks, ...(options.clock ? { clock: options.clock } : {}) }).start(options.graceMs);
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('a worker in memory', () => {
  it('runs an attempt and tells when it started and how it ended', async () => {
    const end = await engine({ 'a.add': (_, x: number, y: number) => x + y });
    end.attempt('1', 'a.add', [2, 3]);
    expect(await end.value('1')).toBe(5);
    expect(end.told.map((message) => message.type)).toEqual(['attempt.started', 'attempt.ended']);
    expect(await end.report('1')).toMatchObject({ action: '1', attempt: 1, tainted: false });
  });

  it('answers a bundle with its digest, whatever is in it', async () => {
    const end = await engine({});
    end.session.sendBundle({ digest: 'sha256:b', entry: 'main.js', files: [{ path: 'main.js', mode: 0o644, data: Buffer.from('…') }] });
    expect(await end.message('bundle.loaded')).toEqual({ type: 'bundle.loaded', digest: 'sha256:b' });
    end.executor.disconnect('w-1');
    end.told.length = 0;
    expect((await end.connect()).state.bundle).toBe('sha256:b');
    await end.message('bundle.loaded');
  });

  it('says that it has no such task', async () => {
    const end = await engine({});
    end.attempt('1', 'a.none');
    expect((await end.report('1')).outcome).toMatchObject({
      status: 'failed',
      failure: 'configuration',
      code: 'AMBIT_TASK_UNKNOWN',
      retryable: false,
    });
  });

  it('tells what a task throws, as it is', async () => {
    const end = await engine({
      'a.fail': () => {
        throw Object.assign(new TypeError('no good'), { detail: 7 });
      },
    });
    end.attempt('1', 'a.fail');
    const { outcome } = await end.report('1');
    if (outcome.status !== 'failed') throw new Error(outcome.status);
    expect(outcome).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_FAILED', message: 'TypeError: no good', retryable: true });
    const error = decodeError(outcome.error!);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'no good', detail: 7 });
  });

  it('does not ask for another attempt where the task says that it would fail too', async () => {
    const end = await engine({
      'a.fail': () => {
        throw Object.assign(new Error('never'), { [Symbol.for('ambit.non-retryable/1')]: true });
      },
    });
    end.attempt('1', 'a.fail');
    expect((await end.report('1')).outcome).toMatchObject({ status: 'failed', retryable: false });
  });

  it('refuses a result that cannot travel', async () => {
    const end = await engine({ 'a.odd': () => ({ callback: () => 1 }) });
    end.attempt('1', 'a.odd');
    expect((await end.report('1')).outcome).toMatchObject({ status: 'failed', failure: 'user', code: 'AMBIT_VALUE_REFUSED' });
  });

  it('tells of child calls and hands their outcomes back', async () => {
    const end = await engine({
      'a.main': async (task, x: number) => [
        await task.call('b.double', x),
        await task.call('b.fail').catch((error: Error) => error.message),
        await task.call('b.cancelled').catch((error: { code: string }) => error.code),
      ],
    });
    end.attempt('1', 'a.main', [21]);
    const call = await end.message('call');
    expect(call).toMatchObject({ action: '1', attempt: 1, call: 1, task: 'b.double' });
    expect(decodeArgs(call.args)).toEqual([21]);
    const answer = (call: number, outcome: object) =>
      end.session.send({ type: 'call.outcome', action: '1', attempt: 1, call, outcome: outcome as never });
    answer(1, { status: 'succeeded', value: encodeValue(42) });
    await end.message('call', ({ call }) => call === 2);
    answer(2, { status: 'failed', error: encodeError(new Error('no')) });
    await end.message('call', ({ call }) => call === 3);
    answer(3, { status: 'cancelled', reason: 'why not' });
    expect(await end.value('1')).toEqual([42, 'no', 'AMBIT_TASK_CANCELLED']);
  });

  it('waits for calls that a task left open, and fails with them', async () => {
    const end = await engine({
      'a.main': (task) => {
        void task.call('b.child');
        return 'done';
      },
    });
    end.attempt('1', 'a.main');
    await end.message('call');
    expect(end.told.some((message) => message.type === 'attempt.ended')).toBe(false);
    end.session.send({
      type: 'call.outcome',
      action: '1',
      attempt: 1,
      call: 1,
      outcome: { status: 'failed', error: encodeError(new Error('no')) },
    });
    expect((await end.report('1')).outcome).toMatchObject({ status: 'failed', message: 'Error: no' });
  });

  it('cancels the calls of a task that throws', async () => {
    const end = await engine({
      'a.main': (task) => {
        void task.call('b.child');
        throw new Error('enough');
      },
    });
    end.attempt('1', 'a.main');
    expect((await end.report('1')).outcome).toMatchObject({ status: 'failed', message: 'Error: enough' });
    expect(await end.message('call.cancel')).toMatchObject({ action: '1', attempt: 1, call: 1 });
  });

  it('aborts the signal of a cancelled attempt, whose outcome is then "cancelled" whatever it does', async () => {
    const end = await engine({ 'a.wait': (task) => untilAborted(task.signal).catch(() => 'fine') });
    end.attempt('1', 'a.wait');
    await end.message('attempt.started');
    end.session.send({ type: 'cancel', action: '1', attempt: 1, reason: 'enough' });
    expect(await end.report('1')).toMatchObject({ outcome: { status: 'cancelled', reason: 'enough' }, tainted: false });
  });

  it('gives a cancelled task its grace, and is tainted by one that goes on', async () => {
    const clock = testClock();
    const end = await engine({ 'a.deaf': () => new Promise(() => undefined) }, { clock, graceMs: 500 });
    end.attempt('1', 'a.deaf');
    await end.message('attempt.started');
    end.session.send({ type: 'cancel', action: '1', attempt: 1, reason: 'enough' });
    end.attempt('2', 'a.none');
    await end.report('2');
    expect(end.told.some((message) => message.type === 'attempt.ended' && message.report.action === '1')).toBe(false);
    clock.advance(500);
    expect(await end.report('1')).toMatchObject({ outcome: { status: 'cancelled' }, tainted: true });
  });

  it('ends a task whose time is over', async () => {
    const clock = testClock();
    const end = await engine({ 'a.deaf': () => new Promise(() => undefined) }, { clock });
    end.attempt('1', 'a.deaf', [], { timeoutMs: 1000 });
    await end.message('attempt.started');
    clock.advance(1000);
    expect(await end.report('1')).toMatchObject({
      outcome: { status: 'failed', failure: 'resources', code: 'AMBIT_TASK_TIMEOUT' },
      tainted: true,
    });
  });

  it('tells output with offsets per stream', async () => {
    const end = await engine({
      'a.say': (task) => {
        task.log('häl');
        task.log('err', 'stderr');
        task.log('lo\n');
      },
    });
    end.attempt('1', 'a.say');
    await end.report('1');
    const logs = end.told.flatMap((message) =>
      message.type === 'log' ? [[message.stream, message.offset, Buffer.from(message.data, 'base64').toString()]] : [],
    );
    expect(logs).toEqual([
      ['stdout', 0, 'häl'],
      ['stderr', 0, 'err'],
      ['stdout', 4, 'lo\n'],
    ]);
  });

  it('stores and fetches blobs', async () => {
    const end = await engine({ 'a.copy': async (task) => Buffer.from(await task.get(await task.put(Buffer.from('bytes')))).toString() });
    end.attempt('1', 'a.copy');
    expect(await end.value('1')).toBe('bytes');
  });

  it('tells progress, and refuses calls after the end', async () => {
    let late: MemoryTaskContext | undefined;
    const end = await engine({ 'a.main': (task) => (late = task).progress({ done: 1 }) });
    end.attempt('1', 'a.main');
    await end.report('1');
    expect(await end.message('progress')).toMatchObject({ action: '1', data: { done: 1 } });
    await expect(late!.call('b.child')).rejects.toMatchObject({ code: 'AMBIT_TASK_FINISHED' });
  });

  it('runs an attempt once, however often it is asked for', async () => {
    let runs = 0;
    const end = await engine({ 'a.count': () => (runs += 1) });
    end.attempt('1', 'a.count');
    await end.report('1');
    end.told.length = 0;
    end.attempt('1', 'a.count');
    expect(await end.value('1')).toBe(1);
    end.attempt('1', 'a.count', [], { attempt: 2 });
    await end.message('attempt.ended', ({ report }) => report.attempt === 2);
    expect(runs).toBe(2);
  });

  it('tells a later engine what it may have missed', async () => {
    let finish: () => void = () => undefined;
    const end = await engine({
      'a.done': () => 'done',
      'a.parent': async (task) => {
        task.log('before');
        return task.call('b.child');
      },
      'a.slow': () => new Promise<void>((resolve) => (finish = resolve)),
    });
    end.attempt('1', 'a.done');
    end.attempt('2', 'a.parent');
    end.attempt('3', 'a.slow');
    await end.report('1');
    await end.message('call');
    end.executor.disconnect('w-1');
    finish();
    end.told.length = 0;
    const { state, incarnation } = await end.connect();
    expect(incarnation).toBe((end.handle.state as { incarnation: string }).incarnation);
    expect(state.running).toEqual([{ action: '2', attempt: 1, calls: [1] }]);
    expect(state.unacknowledged.map(({ action }) => action)).toEqual(['1', '3']);
    expect(await end.message('log')).toMatchObject({ action: '2', offset: 0 });
    expect(await end.message('call')).toMatchObject({ action: '2', call: 1, task: 'b.child' });
    end.session.send({ type: 'call.outcome', action: '2', attempt: 1, call: 1, outcome: { status: 'succeeded', value: encodeValue(1) } });
    expect(await end.value('2')).toBe(1);
  });

  it('forgets what is acknowledged, and output that is stored', async () => {
    const end = await engine({
      'a.done': () => 1,
      'a.say': async (task) => {
        task.log('one');
        task.log('two');
        await untilAborted(task.signal);
      },
    });
    end.attempt('1', 'a.done');
    end.attempt('2', 'a.say');
    await end.report('1');
    end.session.send({ type: 'log.stored', action: '2', attempt: 1, stdout: 3, stderr: 0 });
    end.session.send({ type: 'acknowledge', action: '1', attempt: 1 });
    end.attempt('3', 'a.done');
    await end.report('3');
    end.executor.disconnect('w-1');
    end.told.length = 0;
    expect((await end.connect()).state.unacknowledged.map(({ action }) => action)).toEqual(['3']);
    end.attempt('1', 'a.done');
    end.attempt('4', 'a.done');
    await end.report('4');
    expect(end.told).toMatchObject([
      { type: 'log', offset: 3 },
      { type: 'attempt.started', action: '4' },
      { type: 'attempt.ended', report: { action: '4' } },
    ]);
  });

  it('ends after a shutdown, when nothing runs and all is acknowledged', async () => {
    let finish: () => void = () => undefined;
    const end = await engine({ 'a.slow': () => new Promise<void>((resolve) => (finish = resolve)) });
    end.attempt('1', 'a.slow');
    await end.message('attempt.started');
    end.session.send({ type: 'shutdown' });
    finish();
    await end.report('1');
    expect((await end.executor.find(end.reservation, AbortSignal.timeout(1000))).is).toBe('found');
    end.session.send({ type: 'acknowledge', action: '1', attempt: 1 });
    await expect
      .poll(() => end.ends)
      .toEqual(['The connection between engine and worker ended: the worker said goodbye: the worker was shut down.']);
    expect((await end.executor.find(end.reservation, AbortSignal.timeout(1000))).is).toBe('gone');
  });

  it('tells nothing once it was killed, and aborts its tasks', async () => {
    let signal: AbortSignal | undefined;
    const end = await engine({ 'a.wait': (task) => untilAborted((signal = task.signal)) });
    end.attempt('1', 'a.wait');
    await end.message('attempt.started');
    await end.executor.kill('w-1');
    await expect.poll(() => end.ends.length).toBe(1);
    expect(signal?.aborted).toBe(true);
    expect(end.told.map((message) => message.type)).toEqual(['attempt.started']);
  });

  it('refuses an engine that is not proved, and one that is out of date', async () => {
    const end = await engine({});
    await expect(end.connect({ sign: () => 'forged' })).rejects.toMatchObject({
      code: 'AMBIT_PROTOCOL_REFUSED',
      facts: { code: 'signature' },
    });
    await end.connect({ epoch: 3 });
    await expect(end.connect({ epoch: 2 })).rejects.toMatchObject({ code: 'AMBIT_PROTOCOL_REFUSED', facts: { code: 'epoch' } });
    await expect(end.connect({ worker: 'w-2' })).rejects.toMatchObject({ code: 'AMBIT_PROTOCOL_REFUSED', facts: { code: 'worker' } });
    await end.connect({ epoch: 3 });
  });
});
