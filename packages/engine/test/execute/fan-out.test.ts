import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const child = environment('child_env', { increment: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

describe('a fan-out of 10,000', () => {
  it('gives all results in order, with few workers and in few commits', { timeout: 60_000 }, async () => {
    const world = new World({
      cpu: 2,
      tasks: {
        'root_env.main': (task, size: number) => Promise.all(Array.from({ length: size }, (_, n) => task.call('child_env.increment', n))),
        'child_env.increment': (_, n: number) => n + 1,
      },
    });
    const { value, events } = await world.run(root, 'main', [10_000]);
    expect(value).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
    expect(ofType(events, 'action.ended')).toHaveLength(10_001);
    expect(ofType(events, 'worker.connected').length).toBeLessThanOrEqual(3);
  });
});
