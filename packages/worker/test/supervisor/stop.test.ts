import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';
import { hasNamespaces, hasProcess, namespaceWordsWithoutProc, uniqueSeconds, until } from './worker-scene.ts';

const open = workerScenes();

const places = [
  ['in a process group', { pidNamespace: false }],
  ['in a pid namespace', { pidNamespace: true }],
  ['in a pid namespace without a /proc of its own', { pidNamespace: true, namespace: namespaceWordsWithoutProc }],
] as const;

describe.each(places.filter(([, { pidNamespace }]) => hasNamespaces || !pidNamespace))('a runner %s', (_, place) => {
  it('is ended by a timeout with all that it started, and followed by a fresh one', async () => {
    const engine = await open(place).ready();
    const seconds = uniqueSeconds();
    const action = engine.begin('escape', { seconds, orphaned: place.pidNamespace }, { timeoutMs: 1500 });
    await until('the children run', () => engine.output(action).includes('escaped') && hasProcess(seconds));
    expect(await engine.report(action)).toMatchObject({
      outcome: { status: 'failed', failure: 'resources', code: 'AMBIT_TASK_TIMEOUT' },
      tainted: true,
    });
    expect(hasProcess(seconds)).toBe(false);
    expect(await engine.value(engine.begin('echo', 'next'))).toBe('next');
  });

  it('is asked to end by a cancel, and stays where the task obeys', async () => {
    const engine = await open(place).ready();
    const before = await engine.value(engine.begin('pid'));
    const action = engine.begin('obey');
    await engine.next('attempt.started', (message) => message.action === action);
    engine.cancel(action, 'enough');
    expect(await engine.report(action)).toMatchObject({ outcome: { status: 'cancelled', reason: 'enough' }, tainted: false });
    expect(await engine.value(engine.begin('pid'))).toBe(before);
  });

  it('is killed after the grace where the task does not obey a cancel', async () => {
    const engine = await open(place).ready();
    const seconds = uniqueSeconds();
    const action = engine.begin('escape', { seconds, orphaned: place.pidNamespace });
    await until('the children run', () => engine.output(action).includes('escaped') && hasProcess(seconds));
    engine.cancel(action, 'enough');
    expect(await engine.report(action)).toMatchObject({ outcome: { status: 'cancelled', reason: 'enough' }, tainted: true });
    expect(hasProcess(seconds)).toBe(false);
    expect(await engine.value(engine.begin('echo', 'next'))).toBe('next');
  });

  it('takes what it left running with it when it is replaced', async () => {
    const engine = await open(place).ready();
    const seconds = uniqueSeconds();
    const before = await engine.value(engine.begin('pid'));
    expect(await engine.report(engine.begin('leave', seconds, { tainted: true }))).toMatchObject({ tainted: true });
    expect(await engine.value(engine.begin('pid'))).not.toBe(before);
    expect(hasProcess(seconds)).toBe(false);
  });

  it('that uses more memory than its limit is ended, and the failure says how much', async () => {
    const memory = 150 * 2 ** 20;
    const engine = await open({
      ...place,
      request: { resources: { cpu: { request: 1 }, memory: { request: memory, limit: memory } } },
    }).ready();
    const report = await engine.report(engine.begin('memory', 300));
    expect(report).toMatchObject({ outcome: { failure: 'resources', code: 'AMBIT_TASK_OUT_OF_MEMORY' }, tainted: true });
    expect(report.outcome).toHaveProperty('message', expect.stringMatching(/used \d+ MiB of memory; its limit is 150 MiB/));
    expect(report.peakMemory).toBeGreaterThan(memory);
    expect(await engine.value(engine.begin('echo', 'next'))).toBe('next');
  });

  it('is seen in its use of memory', async () => {
    const engine = await open(place).ready();
    const action = engine.begin('memory', 80);
    const { memory, peakMemory } = await engine.next('usage', (usage) => usage.memory > 80 * 2 ** 20);
    expect(peakMemory).toBeGreaterThanOrEqual(memory);
    engine.cancel(action);
    expect((await engine.report(action)).peakMemory).toBeGreaterThan(80 * 2 ** 20);
  });
});

describe('a cancel', () => {
  it('of an attempt that waits is done at once', async () => {
    const engine = await open().ready();
    const running = engine.begin('obey');
    const waiting = engine.begin('echo', 1);
    await engine.next('attempt.started', (message) => message.action === running);
    engine.cancel(waiting, 'no need');
    expect(await engine.outcome(waiting)).toEqual({ status: 'cancelled', reason: 'no need' });
    engine.cancel(running);
    await engine.report(running);
    expect(engine.events.filter((event) => event.type === 'attempt.started').map((event) => event.action)).toEqual([running]);
  });

  it('of an attempt that waits for code which does not come to an end does not wait for it', async () => {
    const engine = await open().ready({ how: 'hang' });
    const action = engine.begin('echo', 1);
    engine.cancel(action, 'no need');
    expect(await engine.outcome(action)).toEqual({ status: 'cancelled', reason: 'no need' });
  });

  it('makes what a task throws then no failure', async () => {
    const engine = await open().ready();
    const action = engine.begin('refuse');
    await engine.next('attempt.started', (message) => message.action === action);
    engine.cancel(action, 'enough');
    expect(await engine.outcome(action)).toEqual({ status: 'cancelled', reason: 'enough' });
  });
});
