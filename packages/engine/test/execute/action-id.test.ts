import { describe, expect, it } from 'vitest';
import { encodeArgs } from '@ambit/worker/values';
import { actionId, rootActionId } from '../../src/execute/action-id.ts';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const a = environment('a_env', { work: {}, other: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [a] });

async function idsOf(names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const world = new World({
    tasks: {
      'root_env.main': async (task) => {
        await Promise.all(names.map((name) => task.call('a_env.work', name)));
      },
      'a_env.work': () => 1,
    },
  });
  const { events } = await world.run(root, 'main', [], { name: 'same' });
  const ids = new Map<string, string[]>();
  for (const { input, action, parent } of ofType(events, 'action.created'))
    if (parent !== undefined) ids.set(input, [...(ids.get(input) ?? []), action]);
  return ids;
}

describe('the id of an action', () => {
  it('is stored for ever: it changes only with the name of the scheme', () => {
    expect(rootActionId('brave-otter-4f2a', 'multi_env.main', encodeArgs(['AAGG']))).toBe('c7411c164b18f8d80a1e');
    expect(actionId({ parent: 'p', task: 'a.b', input: 'sha256:00', occurrence: 1 })).toBe('74cf35d6c51a5c224d3d');
  });

  it('depends on parent, task, input and occurrence', () => {
    const key = { parent: 'p', task: 'a.b', input: 'sha256:00', occurrence: 0 };
    const keys = [key, { ...key, parent: 'q' }, { ...key, task: 'a.c' }, { ...key, input: 'sha256:01' }, { ...key, occurrence: 1 }];
    expect(new Set(keys.map(actionId)).size).toBe(keys.length);
  });

  it('does not depend on the order of keys in the input', () => {
    expect(rootActionId('r', 't', encodeArgs([{ a: 1, b: 2 }]))).toBe(rootActionId('r', 't', encodeArgs([{ b: 2, a: 1 }])));
  });

  it('is the same whatever other calls there are, and differs for equal calls', async () => {
    const alone = await idsOf(['x', 'x']);
    const among = await idsOf(['y', 'x', 'z', 'x', 'y']);
    expect(among.get('["x"]')).toEqual(alone.get('["x"]'));
    expect(new Set(alone.get('["x"]')).size).toBe(2);
  });
});
