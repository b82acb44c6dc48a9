import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { gate, ofType, World } from '../support/world.ts';
import type { StoredEvent } from '../support/world.ts';

const child = environment('child_env', { slow: {}, deep: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

function statuses(events: readonly StoredEvent[]): Readonly<Record<string, string>> {
  const ends = new Map(ofType(events, 'action.ended').map(({ action, status }) => [action, status]));
  return Object.fromEntries(ofType(events, 'action.created').map(({ action, task }) => [task, ends.get(action) ?? 'live']));
}

describe('a parent', () => {
  it('that returns waits for its live children, and fails with them', async () => {
    const world = new World({
      tasks: {
        'root_env.main': (task) => {
          void task.call('child_env.slow');
          return 1;
        },
        'child_env.slow': async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          throw new Error('late');
        },
      },
    });
    const { outcome } = await world.run(root, 'main');
    expect(outcome).toMatchObject({ status: 'failed', error: { cause: { message: 'child_env.slow: Error: late' } } });
  });

  it('that throws cancels its live children, and all below them', async () => {
    const running = gate();
    const world = new World({
      tasks: {
        'root_env.main': async (task) => {
          void task.call('child_env.slow');
          await running.opened;
          throw new Error('enough');
        },
        'child_env.slow': (task) => task.call('child_env.deep'),
        'child_env.deep': ({ signal }) => {
          running.open();
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        },
      },
    });
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'root_env.main: Error: enough' } });
    expect(statuses(events)).toEqual({ 'root_env.main': 'failed', 'child_env.slow': 'cancelled', 'child_env.deep': 'cancelled' });
  });

  it('that is lost keeps its children: the next attempt gets what they gave', async () => {
    const running = gate();
    const go = gate();
    let ran = 0;
    const world = new World({
      tasks: {
        'root_env.main': async (task) => [await task.call('child_env.slow', 1), await task.call('child_env.slow', 2)],
        'child_env.slow': async (_, n: number) => {
          ran += 1;
          if (n === 2) running.open();
          if (n === 2) await go.opened;
          return n;
        },
      },
    });
    const workers = new Map<string, string>();
    let again = 0;
    const handle = await world.start(root, 'main', [], {
      onEvent: ({ type, data }) => {
        if (type === 'worker.reserved') workers.set(data.environment, data.worker);
        if (type === 'attempt.placed' && data.worker === workers.get('root_env')) again += 1;
        if (again === 2) go.open();
      },
    });
    await running.opened;
    await world.executor.kill(workers.get('root_env')!);
    expect(await handle.outcome()).toMatchObject({ status: 'succeeded', value: '[1,2]' });
    expect(ran).toBe(2);
    const events = await world.events(handle.name);
    expect(ofType(events, 'worker.lost')).toHaveLength(1);
    expect(ofType(events, 'action.created')).toHaveLength(3);
    expect(ofType(events, 'action.ended')).toHaveLength(3);
  });
});
