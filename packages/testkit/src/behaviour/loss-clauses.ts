import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { ApartRun, BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, failed, hears, run, succeeded, until } from './behaviour-steps.ts';
import { token } from './stop-clauses.ts';

const ttlMs = 1_000;

/** Nobody sees to the run any more, and yet nothing of it stays. */
async function leavesNothing(context: BehaviourContext, started: ApartRun, argument: string): Promise<void> {
  await hears(started, 'at work');
  assert.equal(await context.processLives(argument), true, 'the process that the task started is not seen');
  assert.equal((await context.living(started.name)).length, 1, 'the worker of the task is not seen');
  await started.killEngine();
  await until('the workers of the run are gone', async () => (await context.living(started.name)).length === 0);
  assert.equal(await context.processLives(argument), false, 'a process that the task started lives on');
  const { events } = await started.record();
  assert.ok(
    events.some(({ type }) => type === 'attempt.started') && !events.some(({ type }) => type === 'run.ended'),
    'the record does not stop where the engine died',
  );
}

export const lossClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-LOST-01',
    'An attempt whose process is killed from outside is lost, and another one is made, whatever the task says of retries.',
    async (context) => {
      const end = await run(context, 'log_env.last_words');
      succeeded(end);
      const told = attemptsOf(end).map(({ attempt, outcome, failure }) => [attempt, outcome, failure]);
      assert.deepEqual(told, [
        [1, 'lost', 'infrastructure'],
        [2, 'succeeded', undefined],
      ]);
    },
  ),
  clause('TB-LOST-02', 'Lost attempts spend nothing of what the task has for its own failures.', async (context) => {
    const end = await run(context, 'lost_env.killed', 2, true);
    assert.equal(succeeded(end), 4);
    assert.deepEqual(
      attemptsOf(end).map(({ outcome }) => outcome),
      ['lost', 'lost', 'failed', 'succeeded'],
    );
  }),
  clause(
    'TB-LOST-03',
    'A task is lost three times and tried again, and the fourth time that is its failure, of the infrastructure.',
    async (context) => {
      const end = await run(context, 'lost_env.killed', 100, false);
      const { code, failure, attempt } = failed(end);
      assert.deepEqual([code, failure, attempt], ['AMBIT_RUNNER_KILLED', 'infrastructure', 4]);
      assert.equal(attemptsOf(end).length, 4);
    },
  ),
  clause('TB-LOST-04', 'A caller does not notice that its child was lost.', async (context) => {
    const end = await run(context, 'kept_env.calls_killed', 1);
    assert.deepEqual(succeeded(end), [2, 1]);
  }),
  clause('TB-LOST-05', 'A worker that dies loses its attempt, and another worker makes the next.', async (context) => {
    const started = await context.start('lost_env.waits_once', []);
    await hears(started, 'kill me');
    const [worker] = await context.living(started.name);
    assert.ok(worker !== undefined, 'the worker of the task is not seen');
    await context.kill(worker);
    const end = await started.end();
    assert.equal(succeeded(end), 2);
    const [first, second] = attemptsOf(end);
    assert.deepEqual([first?.worker, first?.outcome, second?.outcome], [worker, 'lost', 'succeeded']);
    assert.notEqual(second?.worker, worker);
  }),
  clause(
    'TB-ENGINE-01',
    'After the death of its engine a task ends as it would have, and its worker when nobody comes for what it has.',
    async (context) => {
      const argument = token();
      await leavesNothing(context, await context.startApart('lost_env.finishes', [argument], ttlMs), argument);
    },
  ),
  clause(
    'TB-ENGINE-02',
    'After the death of its engine a task is still ended at its timeout, with all that it started.',
    async (context) => {
      const argument = token();
      await leavesNothing(context, await context.startApart('lost_env.overruns', [argument], ttlMs), argument);
    },
  ),
];
