import { queryObjects } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { Action } from '../../src/execute/action.ts';
import { Attempt } from '../../src/execute/attempt.ts';
import { environment } from '../support/test-project.ts';
import { World } from '../support/world.ts';

const child = environment('child_env', { work: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

const CALLS = 1_000;
const AT_ONCE = 20;

function living(): { readonly actions: number; readonly attempts: number } {
  return { actions: queryObjects(Action, { format: 'count' }), attempts: queryObjects(Attempt, { format: 'count' }) };
}

describe('what an engine keeps of calls that have ended', () => {
  it('is neither their actions nor their attempts, however many there are', async () => {
    let kept = living();
    const world = new World({
      cpu: 2,
      tasks: {
        'root_env.main': async (task) => {
          let next = 0;
          const work = async (): Promise<void> => {
            while (next < CALLS) await task.call('child_env.work', (next += 1));
          };
          await Promise.all(Array.from({ length: AT_ONCE }, work));
          kept = living();
        },
        'child_env.work': (task) => task.log('at work\n'),
      },
    });
    await world.run(root, 'main');
    expect(kept.actions).toBeLessThan(10 * AT_ONCE);
    expect(kept.attempts).toBeLessThan(10 * AT_ONCE);
  });
});
