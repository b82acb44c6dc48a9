import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnedItem } from '@ambit/plugin-api';
import { silentLogger } from '@ambit/testkit';
import type { MemoryExecutor, MemoryTask } from '@ambit/testkit';
import type { RunRequest } from '../../src/engine.ts';
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

describe('a worker that cannot be stopped', () => {
  it('when its run ends takes nothing from the result, and is told of', async () => {
    const warned: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void warned.push(message) };
    const world: World = new World({
      log,
      tasks: {
        'root_env.main': () => {
          world.executor.faults.unreachable = 'the network is down';
          return 1;
        },
      },
    });
    const { value, events } = await world.run(root, 'main');
    expect(value).toBe(1);
    const workers = ofType(events, 'worker.reserved').map(({ worker }) => worker);
    expect(warned).toEqual([expect.stringMatching(/^What could not be stopped may still be there: .*\. the network is down$/)]);
    for (const worker of workers) expect(warned[0]).toContain(worker);
  });

  it('is asked again when its run ends, and then leaves nothing', async () => {
    const warned: string[] = [];
    const { world, ran, lost } = await lostOnce(warned, (executor) => {
      executor.faults.unreachable = 'the network is down';
      setTimeout(() => delete executor.faults.unreachable, 50);
    });
    const stops = ofType(ran.events, 'worker.stopped').filter(({ worker }) => worker === lost);
    expect(stops).toMatchObject([{ confirmed: false, detail: 'the network is down' }, { confirmed: true }]);
    expect(await leftIn(world)).toEqual([]);
    expect(warned.filter((message) => message.includes('may still be there'))).toEqual([]);
  });

  it('or whose space cannot be given back then, gives it back when its run ends', async () => {
    let refused = 0;
    const { world, ran, lost } = await lostOnce([], (executor) => {
      const release = executor.release.bind(executor);
      executor.release = async (...of) => {
        executor.release = release;
        refused += 1;
        throw new Error(`the network is down for ${of[0].request.id}`);
      };
    });
    expect(refused).toBe(1);
    expect(ofType(ran.events, 'worker.stopped').filter(({ worker }) => worker === lost)).toHaveLength(1);
    expect(await leftIn(world)).toEqual([]);
  });
});

/** A run in which one worker dies, right after something has happened to its place. */
async function lostOnce(
  warned: string[],
  happens: (executor: MemoryExecutor) => void,
): Promise<{ readonly world: World; readonly ran: Ran; readonly lost: string | undefined }> {
  const workers: string[] = [];
  let calls = 0;
  const world: World = new World({
    log: { ...silentLogger, warn: (message: string) => void warned.push(message) },
    tasks: {
      'root_env.main': (task) => task.call('child_env.work'),
      'child_env.work': async () => {
        if (++calls > 1) return 'done';
        happens(world.executor);
        await world.executor.kill(workers.at(-1)!);
        return new Promise(() => undefined);
      },
    },
  });
  const onEvent: RunRequest['onEvent'] = ({ type, data }) => type === 'attempt.placed' && workers.push(data.worker);
  const ran = await world.run(root, 'main', [], { onEvent });
  expect(ran.value).toBe('done');
  await world.engine.dispose();
  return { world, ran: { ...ran, events: await world.events(ran.handle.name) }, lost: workers[1] };
}

async function leftIn({ executor, runs }: World): Promise<readonly OwnedItem[]> {
  const left: OwnedItem[] = [];
  for await (const item of executor.list(runs.owner, new AbortController().signal)) left.push(item);
  return left;
}

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
