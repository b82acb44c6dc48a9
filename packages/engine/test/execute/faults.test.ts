import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryTask } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { gate, ofType, World } from '../support/world.ts';
import type { Ran, StoredEvent } from '../support/world.ts';
import { decodeValue } from '@ambit/worker/values';

const child = environment('child_env', { work: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

describe('a worker that dies', () => {
  it('at its start is replaced', async () => {
    const world = new World({ tasks: { 'root_env.main': (task) => task.call('child_env.work'), 'child_env.work': () => 'done' } });
    world.executor.faults.dieAtStart = 3;
    expect((await world.run(root, 'main')).value).toBe('done');
  });

  it('at every start fails what waits for it', async () => {
    const world = new World({ tasks: { 'root_env.main': () => 1 } });
    world.executor.faults.dieAtStart = 1000;
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'AMBIT_WORKER_NOT_STARTED', failure: 'infrastructure', task: 'root_env.main', executor: 'local' },
    });
    expect(ofType(events, 'attempt.placed')).toEqual([]);
  });

  it('in the middle of an attempt loses it, and the action is tried again elsewhere', async () => {
    const { ran, attempts } = await killedTimes(1);
    expect(ran.value).toBe('done');
    expect(attempts.map(({ outcome, failure }) => [outcome, failure])).toEqual([
      ['lost', 'infrastructure'],
      ['succeeded', undefined],
    ]);
    expect(new Set(ofType(ran.events, 'attempt.placed').map(({ worker }) => worker)).size).toBe(3);
    expect(ofType(ran.events, 'worker.lost')).toHaveLength(1);
  });

  it('again and again, four times, fails the action with the cause that the backend gives', async () => {
    const { ran, attempts } = await killedTimes(4);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost', 'lost']);
    expect(ran.outcome).toMatchObject({
      status: 'failed',
      error: {
        failure: 'infrastructure',
        cause: { task: 'child_env.work', failure: 'infrastructure', message: expect.stringContaining('killed from outside') as string },
      },
    });
  });
});

/** Kills the child's worker while it runs, so many times. */
async function killedTimes(times: number): Promise<{ ran: Ran; attempts: readonly { outcome: string; failure?: string }[] }> {
  const workers: string[] = [];
  let kills = 0;
  const world: World = new World({
    tasks: {
      'root_env.main': (task) => task.call('child_env.work'),
      'child_env.work': async () => {
        if (kills === times) return 'done';
        kills += 1;
        await world.executor.kill(workers.at(-1)!);
        return new Promise(() => undefined);
      },
    },
  });
  const ran = await world.run(root, 'main', [], {
    onEvent: ({ type, data }) => type === 'attempt.placed' && workers.push(data.worker),
  });
  const action = ofType(ran.events, 'action.created')[1]!.action;
  return { ran, attempts: ofType(ran.events, 'attempt.ended').filter((each) => each.action === action) };
}

describe('a connection that breaks', () => {
  it('is made again, and nothing runs twice', async () => {
    let ran = 0;
    const running = gate();
    const go = gate();
    const workers = new Map<string, string>();
    const world = new World({
      tasks: {
        'root_env.main': (task) => task.call('child_env.work'),
        'child_env.work': async (task) => {
          ran += 1;
          task.log('before\n');
          running.open();
          await go.opened;
          task.log('after\n');
          return 'done';
        },
      },
    });
    const shown: string[] = [];
    const handle = await world.start(root, 'main', [], {
      onEvent: ({ type, data }) => {
        if (type === 'worker.reserved') workers.set(data.environment, data.worker);
        if (type === 'attempt.log') shown.push(data.text);
      },
    });
    await running.opened;
    for (const worker of workers.values()) world.executor.disconnect(worker);
    go.open();
    expect(await handle.outcome()).toMatchObject({ status: 'succeeded', value: '"done"' });
    expect(ran).toBe(1);
    expect(shown.join('')).toBe('before\nafter\n');
    expect(ofType(await world.events(handle.name), 'worker.lost')).toEqual([]);
  });
});

interface Fault {
  readonly kind: 'kill' | 'disconnect';
  /** After so many stored events. */
  readonly after: number;
  readonly pick: number;
}

/** A tree of calls in two environments: in a row, at once, and deeper. */
async function faultyRun(faults: readonly Fault[], dieAtStart: number): Promise<{ ran: Ran; calls: readonly string[] }> {
  const calls: string[] = [];
  const work: MemoryTask = async (task, path: string, depth: number) => {
    calls.push(task.action);
    await new Promise((resolve) => setImmediate(resolve));
    if (depth === 0) return path;
    const first = await task.call('child_env.work', `${path}a`, 0);
    const others = await Promise.all(['b', 'c'].map((name) => task.call('child_env.work', `${path}${name}`, depth - 1)));
    return [first, ...others];
  };
  const world = new World({ cpu: 2, tasks: { 'root_env.main': work, 'child_env.work': work } });
  world.executor.faults.dieAtStart = dieAtStart;
  const workers: string[] = [];
  let seen = 0;
  const ran = await world.run(root, 'main', ['', 2], {
    onEvent: (event) => {
      if (event.type === 'worker.connected') workers.push(event.data.worker);
      seen += 1;
      for (const { kind, after, pick } of faults) {
        const worker = workers[pick % workers.length];
        if (after !== seen || worker === undefined) continue;
        if (kind === 'kill') void world.executor.kill(worker);
        else world.executor.disconnect(worker);
      }
    },
  });
  return { ran, calls };
}

function expectRecordedOnce(events: readonly StoredEvent[]): void {
  const created = ofType(events, 'action.created').map(({ action }) => action);
  const ended = ofType(events, 'action.ended').map(({ action }) => action);
  expect(new Set(created).size).toBe(created.length);
  expect([...ended].sort()).toEqual([...created].sort());
  const placed = ofType(events, 'attempt.placed').map(({ action, attempt }) => `${action}/${attempt}`);
  const over = ofType(events, 'attempt.ended').map(({ action, attempt }) => `${action}/${attempt}`);
  expect(new Set(placed).size).toBe(placed.length);
  expect([...over].sort()).toEqual([...placed].sort());
}

const tree = ['a', ['ba', 'bb', 'bc'], ['ca', 'cb', 'cc']];

describe('whatever happens to workers and connections', () => {
  it('the result is right, and each action ends once in the record', { timeout: 120_000 }, async () => {
    const fault = fc.record<Fault>({
      kind: fc.constantFrom('kill', 'disconnect'),
      after: fc.integer({ min: 15, max: 70 }),
      pick: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 3 }), fc.nat(2), async (faults, dieAtStart) => {
        const { ran } = await faultyRun(faults, dieAtStart);
        expect(ran.value).toEqual(tree);
        expectRecordedOnce(ran.events);
      }),
      { numRuns: 60 },
    );
  });

  it('nothing runs twice where only connections break', { timeout: 120_000 }, async () => {
    const fault = fc.record<Fault>({ kind: fc.constant('disconnect'), after: fc.integer({ min: 15, max: 70 }), pick: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 6 }), async (faults) => {
        const { ran, calls } = await faultyRun(faults, 0);
        expect(ran.outcome.status === 'succeeded' && decodeValue(ran.outcome.value)).toEqual(tree);
        expect(new Set(calls).size).toBe(calls.length);
        expectRecordedOnce(ran.events);
      }),
      { numRuns: 40 },
    );
  });
});
