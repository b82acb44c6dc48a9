import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { World } from '../support/world.ts';

describe('a run of very many environments', () => {
  it.each([
    ['one after the other', false],
    ['all at once', true],
  ])('does not have a worker of each at once where it calls them %s', async (_, atOnce) => {
    const names = Array.from({ length: 60 }, (_, n) => `env_${n}`);
    const root = environment('root_env', { main: {} }, { dependsOn: names.map((name) => environment(name, { work: {} })) });
    const work = names.map((name) => [`${name}.work`, () => name] as const);
    const world = new World({
      cpu: 2,
      tasks: {
        ...Object.fromEntries(work),
        'root_env.main': async (task) => {
          if (atOnce) return Promise.all(names.map((name) => task.call(`${name}.work`)));
          const results: unknown[] = [];
          for (const name of names) results.push(await task.call(`${name}.work`));
          return results;
        },
      },
    });
    const live = new Set<string>();
    let most = 0;
    const { value } = await world.run(root, 'main', [], {
      onEvent: ({ type, data }) => {
        if (type === 'worker.reserved') live.add(data.worker);
        if (type === 'worker.stopped') live.delete(data.worker);
        most = Math.max(most, live.size);
      },
    });
    expect(value).toEqual(names);
    expect(most).toBeLessThan(24);
  });
});
