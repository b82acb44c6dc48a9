import type { CallOptions, Cause, Executor } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { memoryExecutor, wallClock } from '@ambit/testkit';
import type { MemoryTask } from '@ambit/testkit';
import type { RunRequest } from '../../src/index.ts';
import { environment } from '../support/test-project.ts';
import { gate, ofType, World } from '../support/world.ts';
import type { StoredEvent, WorldOptions } from '../support/world.ts';

const child = environment(
  'child_env',
  {
    plain: {},
    patient: { retries: { count: 7, backoff: { base: '10s', factor: 2, max: '5m' } } },
    picky: { retries: { count: 1, on: ['configuration'] } },
    tough: { retries: { count: 1, on: ['infrastructure'] } },
    growing: { retries: { count: 2, growMemory: 2 } },
    waiting: { timeout: { queued: 20 } },
    hasty: { retries: 5, timeout: { deadline: 60 } },
  },
  { resources: { memory: '1Mi' } },
);
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

function ofTask(events: readonly StoredEvent[], task: string): readonly { outcome: string; worker: string }[] {
  const ids = ofType(events, 'action.created').filter((each) => each.task === task);
  const placed = ofType(events, 'attempt.placed');
  return ofType(events, 'attempt.ended')
    .filter(({ action }) => ids.some((each) => each.action === action))
    .map(({ action, attempt, outcome }) => {
      const { worker = '' } = placed.find((each) => each.action === action && each.attempt === attempt) ?? {};
      return { outcome, worker };
    });
}

function worldOf(name: string, task: MemoryTask, more: WorldOptions & { readonly call?: CallOptions } = {}): World {
  const { call = {}, tasks, ...options } = more;
  return new World({
    tasks: { 'root_env.main': (parent) => parent.callWith(call, `child_env.${name}`), [`child_env.${name}`]: task, ...tasks },
    ...options,
  });
}

const refuse: MemoryTask = () => {
  throw new Error('no');
};

describe('the policy of a task', () => {
  it('says how long to wait before each try', async () => {
    const pauses: number[] = [];
    const wall = wallClock();
    const clock = {
      now: () => wall.now(),
      sleep: async (milliseconds: number, signal: AbortSignal): Promise<void> => {
        if (milliseconds % 10_000 !== 0 || milliseconds === 60_000) return wall.sleep(milliseconds, signal);
        pauses.push(milliseconds);
      },
    };
    const { events } = await worldOf('patient', refuse, { clock }).run(root, 'main');
    expect(ofTask(events, 'child_env.patient')).toHaveLength(8);
    const seconds = pauses.map((pause) => pause / 1000);
    expect(seconds.filter((each) => [10, 20, 40, 80, 160, 300].includes(each))).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  it('lets what waits for its next try be cancelled', async () => {
    const failed = gate();
    const world = worldOf('patient', () => {
      failed.open();
      throw new Error('no');
    });
    const handle = await world.start(root, 'main');
    await failed.opened;
    await handle.cancel('enough');
    expect(await handle.outcome()).toMatchObject({ status: 'cancelled' });
  });

  it('says which failures are tried again', async () => {
    const picky = await worldOf('picky', refuse).run(root, 'main');
    expect(ofTask(picky.events, 'child_env.picky')).toHaveLength(1);
    const asked = await worldOf('picky', refuse, { call: { retries: { retries: 2, retryOn: ['user'] } } }).run(root, 'main');
    expect(ofTask(asked.events, 'child_env.picky')).toHaveLength(3);
  });

  it('may add to what infrastructure is given anyway', async () => {
    let tries = 0;
    const placed: string[] = [];
    const world = worldOf('tough', async () => {
      tries += 1;
      if (tries > 4) return 'at last';
      await world.executor.kill(placed.at(-1)!);
      return new Promise(() => undefined);
    });
    const { value, events } = await world.run(root, 'main', [], notePlaces(placed));
    expect(value).toBe('at last');
    expect(ofTask(events, 'child_env.tough').map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost', 'lost', 'succeeded']);
  });

  it('gives what ran out of memory more of it', async () => {
    const { executor, kill } = poorExecutor({
      'root_env.main': (task) => task.call('child_env.growing'),
      'child_env.growing': async ({ attempt }) => {
        if (attempt === 3) return 'enough';
        kill(placed.at(-1)!);
        return new Promise(() => undefined);
      },
    });
    const placed: string[] = [];
    const world = new World({ executor });
    const { value, events } = await world.run(root, 'main', [], notePlaces(placed));
    expect(value).toBe('enough');
    const asked = ofTask(events, 'child_env.growing').map(({ worker }) => memoryOf.get(worker));
    expect(asked).toEqual([2 ** 20, 2 ** 21, 2 ** 22]);
    expect(ofType(events, 'attempt.ended')[0]).toMatchObject({ outcome: 'lost', failure: 'resources' });
  });

  it('does not try again what ran out of memory where nobody asked for that', async () => {
    const { executor, kill } = poorExecutor({
      'root_env.main': (task) => task.callWith({ retries: { retries: 3 } }, 'child_env.plain'),
      'child_env.plain': () => {
        kill(placed.at(-1)!);
        return new Promise(() => undefined);
      },
    });
    const placed: string[] = [];
    const { outcome, events } = await new World({ executor }).run(root, 'main', [], notePlaces(placed));
    expect(ofTask(events, 'child_env.plain')).toHaveLength(1);
    expect(outcome).toMatchObject({ error: { cause: { code: 'AMBIT_TASK_OUT_OF_MEMORY', failure: 'resources' } } });
  });

  it('ends what waits too long to be run', async () => {
    const over = gate();
    const blocker = environment('blocker_env', { work: {} });
    const one = environment('root_env', { main: {} }, { dependsOn: [child, blocker] });
    const world = new World({
      cpu: 1,
      tasks: {
        'root_env.main': async (task) => {
          const blocking = task.call('blocker_env.work');
          const refused = await task.call('child_env.waiting').then(String, (error: unknown) => (error as { code: string }).code);
          over.open();
          await blocking;
          return refused;
        },
        'blocker_env.work': () => over.opened,
        'child_env.waiting': () => 'ran',
      },
    });
    const { value, events } = await world.run(one, 'main');
    expect(value).toBe('AMBIT_TASK_QUEUED_TOO_LONG');
    expect(ofTask(events, 'child_env.waiting')).toEqual([]);
    expect(ofType(events, 'action.ended').map(({ status }) => status)).toContain('failed');
  });

  it('lets what has begun in time run as long as it takes', async () => {
    const { value } = await worldOf('waiting', () => new Promise((resolve) => setTimeout(resolve, 60, 'done'))).run(root, 'main');
    expect(value).toBe('done');
  });

  it('ends what is past its deadline, with all that it called and without another try', async () => {
    const ended: string[] = [];
    const listening: MemoryTask = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended.push('ended');
          reject(signal.reason as Error);
        });
      });
    const world = worldOf('hasty', (task) => (task.attempt < 3 ? refuse(task) : task.call('child_env.plain')), {
      tasks: { 'child_env.plain': listening },
    });
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({
      error: { failure: 'resources', cause: { code: 'AMBIT_TASK_DEADLINE', task: 'child_env.hasty', attempt: 3 } },
    });
    expect(ofTask(events, 'child_env.hasty').map(({ outcome: how }) => how)).toEqual(['failed', 'failed', 'failed']);
    expect(ofTask(events, 'child_env.plain').map(({ outcome: how }) => how)).toEqual(['cancelled']);
    expect(ended).toEqual(['ended']);
  });
});

/** A place that says of each worker that ended: its memory was used up. */
function poorExecutor(tasks: Readonly<Record<string, MemoryTask>>): { executor: Executor; kill: (worker: string) => void } {
  const inner = memoryExecutor({ tasks });
  const message = 'The worker used up its memory.';
  const cause: Cause = { failure: 'resources', code: 'AMBIT_TASK_OUT_OF_MEMORY', message, facts: {} };
  const overridden: Partial<Executor> = {
    find: async (reservation, signal) => {
      const found = await inner.find(reservation, signal);
      return found.is === 'gone' ? { ...found, cause } : found;
    },
    observe: async function* (owner, signal) {
      for await (const event of inner.observe(owner, signal)) yield event.type === 'ended' && event.cause ? { ...event, cause } : event;
    },
    reserve: async (request, placement, signal) => {
      memoryOf.set(request.id, request.resources.memory?.limit);
      return inner.reserve(request, placement, signal);
    },
  };
  const executor = new Proxy<Executor>(inner, {
    get: (target, name) => {
      const own: unknown = Reflect.get(overridden, name) ?? Reflect.get(target, name, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
  return { executor, kill: (worker) => void inner.kill(worker) };
}

/** By worker. */
const memoryOf = new Map<string, number | undefined>();

/** Keeps the workers of attempts in the order in which they were given any. */
function notePlaces(placed: string[]): Partial<RunRequest> {
  return { onEvent: ({ type, data }) => type === 'attempt.placed' && placed.push(data.worker) };
}
