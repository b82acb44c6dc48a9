import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, endsOf, hears, run, succeeded, valueOf } from './behaviour-steps.ts';

export const callClauses: readonly Clause<BehaviourContext>[] = [
  clause('TB-CALLS-01', 'A task calls tasks of other environments, and these further ones, each an action of its own.', async (context) => {
    const end = await run(context, 'trunk_env.deep', 10);
    assert.deepEqual(succeeded(end), [22, 24]);
    const counts = Object.fromEntries(Object.entries(endsOf(end)).map(([task, ends]) => [task, ends.length]));
    assert.deepEqual(counts, { 'leaf_env.add_one': 4, 'branch_env.twice': 2, 'trunk_env.deep': 1 });
  }),
  clause('TB-CALLS-02', 'A map of a hundred calls gives a hundred results, in the order of its items.', async (context) => {
    const end = await run(context, 'trunk_env.fan', 100);
    assert.deepEqual(
      succeeded(end),
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    assert.equal(endsOf(end)['leaf_env.add_one']?.length, 100);
  }),
  clause('TB-CALLS-03', 'Calls that are made at once run at once.', async (context) => {
    const started = await context.start('trunk_env.at_once', [4], { graceMs: 500 });
    await Promise.all([0, 1, 2, 3].map((n) => hears(started, `here is ${n}`)));
    await started.cancel('all are here');
    const workers = attemptsOf(await started.end()).flatMap(({ task, worker }) => (task === 'leaf_env.holds' ? [worker] : []));
    assert.equal(new Set(workers).size, 4, 'one worker ran several at a time');
  }),
  clause('TB-CALLS-04', 'Calls that follow each other run in one warm worker, and in one process.', async (context) => {
    const end = await run(context, 'trunk_env.one_by_one', 5);
    assert.equal(new Set(succeeded(end) as readonly number[]).size, 1);
    const workers = attemptsOf(end).flatMap(({ task, worker }) => (task === 'leaf_env.pid' ? [worker] : []));
    assert.deepEqual([workers.length, new Set(workers).size], [5, 1]);
  }),
  clause('TB-CALLS-05', 'A task may call itself: who waits takes up no place.', async (context) => {
    assert.equal(await valueOf(context, 'leaf_env.countdown', 4), 4);
  }),
];
