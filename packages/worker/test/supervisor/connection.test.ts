import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';
import { until } from './worker-scene.ts';
import type { EngineEnd } from './engine-end.ts';

const open = workerScenes();
const hex = (text: string): string => Buffer.from(text).toString('hex');
const endings = (engine: EngineEnd): string[] =>
  engine.events.flatMap((event) => (event.type === 'attempt.ended' ? [event.report.action] : []));

describe('after a reconnect', () => {
  it('outcomes and output of what ended meanwhile are told again, until acknowledged and stored', async () => {
    const scene = open();
    const first = await scene.ready();
    const action = first.begin('output', [[1, hex('some output')]]);
    await first.outcome(action);
    first.break();
    const second = await scene.connect();
    expect(second.session.state.unacknowledged).toMatchObject([{ action, attempt: 1, outcome: { status: 'succeeded' } }]);
    await until('the output', () => second.output(action).toString() === 'some output');
    second.stored(action);
    second.acknowledge(action);
    const other = second.begin('echo', 1);
    await second.value(other);
    second.break();
    const third = await scene.connect();
    expect(third.session.state.unacknowledged.map((report) => report.action)).toEqual([other]);
    await third.value(third.begin('echo', 2));
    expect(third.events.filter((event) => event.type === 'log')).toEqual([]);
  });

  it('open calls are told again, and their outcome reaches the task', async () => {
    const scene = open();
    const first = await scene.ready();
    const action = first.begin('call', { task: 'other.task', args: 'encoded' });
    await first.next('call');
    first.break();
    const second = await scene.connect();
    expect(second.session.state.running).toEqual([{ action, attempt: 1, calls: [1] }]);
    expect(await second.next('call')).toEqual({ type: 'call', action, attempt: 1, call: 1, task: 'other.task', args: 'encoded' });
    await second.next('attempt.started', (message) => message.action === action);
    second.session.send({ type: 'call.outcome', action, attempt: 1, call: 1, outcome: { status: 'succeeded', value: '7' } });
    expect(await second.value(action)).toEqual({ status: 'succeeded', value: '7' });
  });

  it('the engine hears that code was loaded meanwhile, and what waits is not forgotten', async () => {
    const scene = open();
    const first = await scene.ready();
    const running = first.begin('obey');
    const waiting = first.begin('echo', 5);
    await first.next('attempt.started', (message) => message.action === running);
    first.break();
    const second = await scene.connect();
    expect(second.session.state).toMatchObject({
      bundle: `sha256:${'b'.repeat(64)}`,
      running: [{ action: running }, { action: waiting, calls: [] }],
    });
    expect(await second.next('bundle.loaded')).not.toHaveProperty('error');
    second.cancel(running);
    expect(await second.value(waiting)).toBe(5);
  });
});

describe('an attempt that comes twice', () => {
  it('runs once: while it runs, when it has ended, and when that was acknowledged', async () => {
    const engine = await open().ready();
    engine.attempt('same', 'output', [[1, hex('once ')]]);
    engine.attempt('same', 'output', [[1, hex('once ')]]);
    await engine.outcome('same');
    engine.attempt('same', 'output', [[1, hex('once ')]]);
    await until('a second answer', () => endings(engine).length === 2);
    engine.acknowledge('same');
    engine.attempt('same', 'output', [[1, hex('once ')]]);
    const other = engine.begin('echo', 1);
    await engine.value(other);
    expect(engine.output('same').toString()).toBe('once ');
    expect(endings(engine)).toEqual(['same', 'same', other]);
  });

  it('says again that it runs', async () => {
    const engine = await open().ready();
    engine.attempt('same', 'obey');
    await engine.next('attempt.started');
    engine.attempt('same', 'obey');
    await until('a second answer', () => engine.events.filter((event) => event.type === 'attempt.started').length === 2);
    engine.cancel('same');
    expect(await engine.outcome('same')).toMatchObject({ status: 'cancelled' });
  });
});

describe('a second engine', () => {
  it('of the same or a higher epoch takes over; the first is told, and what it says counts no more', async () => {
    const scene = open();
    const first = await scene.ready();
    const action = first.begin('obey');
    await first.next('attempt.started');
    const second = await scene.connect({ epoch: 2 });
    expect(await first.isOver()).toContain('another engine');
    second.cancel(action, 'by the second');
    expect(await second.outcome(action)).toEqual({ status: 'cancelled', reason: 'by the second' });
    const third = await scene.connect({ epoch: 2 });
    expect(third.session.incarnation).toBe(first.session.incarnation);
    expect(await second.isOver()).toContain('another engine');
  });

  it('of a lower epoch, or without the key, is refused, and the first goes on', async () => {
    const scene = open();
    const engine = await scene.connect({ epoch: 3 });
    await expect(scene.connect({ epoch: 2 })).rejects.toThrow(/epoch/);
    await expect(scene.connect({ epoch: 4, sign: () => 'AAAA' })).rejects.toThrow(/signature/);
    engine.sendBundle();
    expect(await engine.value(engine.begin('echo', 'still'))).toBe('still');
  });
});

describe('attempts', () => {
  it('run one after the other, in the order in which they came', async () => {
    const engine = await open().ready();
    const actions = Array.from({ length: 20 }, (_, n) => engine.begin('echo', n));
    expect(await Promise.all(actions.map((action) => engine.value(action)))).toEqual(actions.map((_, n) => n));
    const order = engine.events.flatMap((event) => {
      if (event.type === 'attempt.started') return [`${event.action} started`];
      return event.type === 'attempt.ended' ? [`${event.report.action} ended`] : [];
    });
    expect(order).toEqual(actions.flatMap((action) => [`${action} started`, `${action} ended`]));
  });

  it('of another bundle get another runner', async () => {
    const engine = await open().ready({ say: 'one' });
    const before = await engine.value(engine.begin('pid'));
    const other = engine.begin('pid', undefined, { bundle: 'sha256:other' });
    engine.sendBundle({ say: 'two' }, 'sha256:other');
    expect(await engine.value(other)).not.toBe(before);
    expect(engine.output(other).toString()).toBe('two');
    const again = engine.begin('pid');
    await engine.value(again);
    expect(engine.output(again).toString()).toBe('one');
  });
});
