import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { behaviourStray } from './behaviour-project.ts';
import { valueOf } from './behaviour-steps.ts';

interface Worked {
  readonly directory: string;
  readonly names: readonly string[];
}

export const worldClauses: readonly Clause<BehaviourContext>[] = [
  clause('TB-WORLD-01', 'A task sees the variables of its environment as they are, which win over those of its image.', async (context) => {
    const { OF_ENVIRONMENT, EMPTY, OF_BOTH, OF_IMAGE, PATH } = (await valueOf(context, 'world_env.variables')) as Record<string, string>;
    const wanted = { OF_ENVIRONMENT: ' a b\n$HOME "ü" ', EMPTY: '', OF_BOTH: 'environment', OF_IMAGE: 'image' };
    assert.deepEqual({ OF_ENVIRONMENT, EMPTY, OF_BOTH, OF_IMAGE }, wanted);
    assert.ok(PATH, 'there is no PATH');
  }),
  clause('TB-WORLD-02', 'A task sees nothing of the process that starts the run, and nothing of what runs the worker.', async (context) => {
    const seen = Object.entries((await valueOf(context, 'world_env.variables')) as Record<string, string>);
    const strays = seen.filter(
      ([name, value]) => name === behaviourStray.name || value.includes(behaviourStray.value) || /^AMBIT_/.test(name),
    );
    assert.deepEqual(strays, []);
  }),
  clause('TB-WORLD-03', 'Each attempt works in an empty folder that it may write to, whatever others left in theirs.', async (context) => {
    const { first, second } = (await valueOf(context, 'world_env.works_twice')) as { first: Worked; second: Worked };
    assert.deepEqual([first.names, second.names], [[], []]);
  }),
  clause('TB-WORLD-04', 'What an attempt leaves in its folder goes away.', async (context) => {
    const { cleared } = (await valueOf(context, 'world_env.works_twice')) as { cleared: boolean };
    assert.equal(cleared, true);
  }),
  clause('TB-WORLD-05', 'A task works in the folder that its image names.', async (context) => {
    const directory = (await valueOf(context, 'placed_env.works_there')) as string;
    assert.match(directory, /(^|\/)srv\/work$/);
  }),
  clause('TB-WORLD-06', "A file beside a module is there for the module's code.", async (context) => {
    assert.equal(await valueOf(context, 'world_env.reads_beside'), 'beside the module\n');
  }),
  clause('TB-WORLD-07', 'The code of a task is never the program that was started.', async (context) => {
    assert.equal(await valueOf(context, 'world_env.is_main'), false);
  }),
];
