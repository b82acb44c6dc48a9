import { describe, expect, it } from 'vitest';
import type { MemoryTaskContext } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { World } from '../support/world.ts';

const child = environment('child_env', { work: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

type Shown = Parameters<NonNullable<Parameters<World['start']>[3]>['onEvent'] & object>[0];

/** What was shown of the child's attempt, in order. */
async function shownOf(main: (task: MemoryTaskContext) => unknown, work: (task: MemoryTaskContext) => unknown): Promise<readonly string[]> {
  const shown: string[] = [];
  let action = '';
  const onEvent = ({ type, data }: Shown): void => {
    if (type === 'action.created' && data.task === 'child_env.work') action = data.action;
    if ('action' in data && data.action === action) shown.push(type === 'attempt.log' ? data.text : type);
  };
  const world = new World({ tasks: { 'root_env.main': main, 'child_env.work': work } });
  await world.run(root, 'main', [], { onEvent });
  return shown;
}

describe('what is shown of an attempt', () => {
  it('is its start, then what it wrote and how far it is, then its end', async () => {
    const shown = await shownOf(
      (task) => task.call('child_env.work'),
      (task) => {
        task.log('one\n');
        task.progress({ done: 1 });
        task.log('two\nthr');
        task.log('ee');
      },
    );
    expect(shown).toEqual([
      'action.created',
      'attempt.placed',
      'attempt.started',
      'one\n',
      'attempt.progress',
      'two\n',
      'three',
      'attempt.ended',
      'action.ended',
    ]);
  });

  it('is also what comes after its end, to the last line', async () => {
    let ended: MemoryTaskContext | undefined;
    const shown = await shownOf(
      async (task) => {
        await task.call('child_env.work');
        ended!.log('late\nno e');
        ended!.log('nd');
      },
      (task) => void (ended = task),
    );
    expect(shown.slice(-4)).toEqual(['attempt.ended', 'action.ended', 'late\n', 'no end']);
  });
});
