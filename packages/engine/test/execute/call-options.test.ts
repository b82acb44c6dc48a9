import type { CallOptions } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';
import type { Ran } from '../support/world.ts';

const child = environment('child_env', { work: { retries: 1, timeout: 10_000 } });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

type Groups = readonly (readonly string[] | undefined)[];

async function runIn(groups: Groups, work: () => unknown = () => 1): Promise<Ran> {
  const world = new World({
    tasks: {
      'root_env.main': async (task) => {
        for (const group of groups) await task.callWith(group ? { group } : {}, 'child_env.work', 'same');
      },
      'child_env.work': work,
    },
  });
  return world.run(root, 'main', [], { name: 'same' });
}

function childIds({ events }: Ran): readonly string[] {
  return ofType(events, 'action.created').flatMap(({ action, parent }) => (parent === undefined ? [] : [action]));
}

describe('the options of a call', () => {
  it('name its group, which is part of its identity', async () => {
    const both = childIds(await runIn([['a'], ['b'], ['a'], undefined, ['a', 'b'], ['a,b']]));
    expect(new Set(both).size).toBe(6);
    const [alone] = childIds(await runIn([['b']]));
    expect(alone).toBe(both[1]);
    const [plain] = childIds(await runIn([undefined]));
    expect(plain).toBe(both[3]);
  });

  it('are recorded where people read them', async () => {
    const world = new World({
      tasks: {
        'root_env.main': (task) => task.callWith({ label: 'the first half', group: ['texts', 'long'] }, 'child_env.work'),
        'child_env.work': () => 1,
      },
    });
    const { events } = await world.run(root, 'main');
    const [main, work] = ofType(events, 'action.created');
    expect(work).toMatchObject({ label: 'the first half', group: ['texts', 'long'] });
    expect(main).not.toHaveProperty('label');
    expect(main).not.toHaveProperty('group');
  });

  it('replace the retries and the timeout of the task', async () => {
    let tries = 0;
    const world = new World({
      tasks: {
        'root_env.main': async (task) => {
          await task.callWith({ retries: { retries: 3 } }, 'child_env.work', 'fail').catch(() => undefined);
          return task.callWith({ retries: { retries: 0 }, timeout: { timeoutMs: 10 } }, 'child_env.work', 'wait').catch(String);
        },
        'child_env.work': (_, how: string) => {
          tries += 1;
          if (how === 'fail') throw new Error('no');
          return new Promise(() => undefined);
        },
      },
    });
    const { value } = await world.run(root, 'main');
    expect(value).toContain('timeout of 10 ms');
    expect(tries).toBe(5);
  });

  it('ask for a worker with other resources, and for the same one again where they are equal', async () => {
    const world = new World({
      tasks: {
        'root_env.main': async (task) => {
          await task.call('child_env.work', 1);
          await task.callWith({ resources: { memory: [64, 64] } }, 'child_env.work', 2);
          await task.callWith({ resources: { memory: [64, 64] } }, 'child_env.work', 3);
          await task.callWith({ resources: {} }, 'child_env.work', 4);
        },
        'child_env.work': () => 1,
      },
    });
    const { events } = await world.run(root, 'main');
    const [main, ...workers] = ofType(events, 'attempt.placed').map(({ worker }) => worker);
    expect(new Set([main, ...workers]).size).toBe(3);
    expect(workers).toEqual([workers[0], workers[1], workers[1], workers[0]]);
  });

  it('hold for the first task of a run too', async () => {
    const memory: (number | undefined)[] = [];
    const world = new World({
      tasks: {
        'root_env.main': ({ attempt }) => {
          if (attempt === 1) throw new Error('again');
          return attempt;
        },
      },
    });
    const options: CallOptions = { label: 'whole', retries: { retries: 1 }, resources: { memory: [64, 64] } };
    const inner = world.executor.reserve.bind(world.executor);
    world.executor.reserve = (request, ...more) => {
      memory.push(request.resources.memory?.limit);
      return inner(request, ...more);
    };
    const { value, events } = await world.run(root, 'main', [], { options });
    expect(value).toBe(2);
    expect(ofType(events, 'action.created')).toMatchObject([{ label: 'whole' }]);
    expect(memory).toContain(64);
  });

  it('that no place can ever offer fail the call, and no other', async () => {
    const world = new World({
      cpu: 2,
      memory: 1024,
      tasks: {
        'root_env.main': async (task) => {
          const refused = await task.callWith({ resources: { memory: [4096, 4096] } }, 'child_env.work').catch(String);
          return [refused, await task.call('child_env.work')];
        },
        'child_env.work': () => 'ran',
      },
    });
    const { value } = await world.run(root, 'main');
    expect(value).toEqual([expect.stringContaining('no worker of child_env will ever have a place') as string, 'ran']);
  });
});
