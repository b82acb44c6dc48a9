import { describe, expect, it } from 'vitest';
import type { MemoryTask } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const one = environment('one_env', { down: {}, tree: {} });

describe('tasks that call tasks of their own environment', () => {
  it('go 30 deep on one CPU', async () => {
    const world = new World({
      cpu: 1,
      tasks: { 'one_env.down': async (task, n: number) => (n === 0 ? 0 : 1 + ((await task.call('one_env.down', n - 1)) as number)) },
    });
    expect((await world.run(one, 'down', [30])).value).toBe(30);
  });

  it('may make wide trees on one CPU, with few workers', async () => {
    const tree: MemoryTask = async (task, path: string, depth: number) => {
      if (depth === 0) return 1;
      const counts = await Promise.all([0, 1, 2, 3, 4].map((n) => task.call('one_env.tree', `${path}.${n}`, depth - 1)));
      return (counts as number[]).reduce((sum, count) => sum + count, 0);
    };
    const world = new World({ cpu: 1, tasks: { 'one_env.tree': tree } });
    const { value, events } = await world.run(one, 'tree', ['', 3]);
    expect(value).toBe(125);
    expect(ofType(events, 'worker.connected').length).toBeLessThan(20);
  });
});

describe('CPUs', () => {
  it('are shared by what runs, and not held by what waits', async () => {
    const child = environment('child_env', { work: {} }, { resources: { cpu: 2 } });
    const root = environment('root_env', { main: {} }, { dependsOn: [child], resources: { cpu: 4 } });
    let running = 0;
    let most = 0;
    const world = new World({
      cpu: 4,
      tasks: {
        'root_env.main': (task) => Promise.all(Array.from({ length: 8 }, (_, n) => task.call('child_env.work', n))),
        'child_env.work': async (_, n: number) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 25));
          running -= 1;
          return n;
        },
      },
    });
    const { value, events } = await world.run(root, 'main');
    expect(value).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(2);
    expect(ofType(events, 'worker.connected').length).toBe(3);
  });

  it('are given to environments in turn', async () => {
    const a = environment('a_env', { work: {} });
    const b = environment('b_env', { work: {} });
    const root = environment('root_env', { main: {} }, { dependsOn: [a, b] });
    const order: string[] = [];
    const work =
      (name: string): MemoryTask =>
      async () => {
        order.push(name);
        await new Promise((resolve) => setTimeout(resolve, 25));
      };
    const world = new World({
      cpu: 1,
      tasks: {
        'root_env.main': (task) =>
          Promise.all(['a_env', 'a_env', 'a_env', 'b_env', 'b_env', 'b_env'].map((name, n) => task.call(`${name}.work`, n))),
        'a_env.work': work('a'),
        'b_env.work': work('b'),
      },
    });
    await world.run(root, 'main');
    expect(order.join('')).toMatch(/^(ab){3}$|^(ba){3}$/);
  });
});
