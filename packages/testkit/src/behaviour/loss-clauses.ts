import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, failed, hears, run, succeeded, until } from './behaviour-steps.ts';
import { token } from './stop-clauses.ts';

/** The engine of a run is killed while its task is at work; `sees` looks at what becomes of it. */
async function afterDeath(context: BehaviourContext, task: string, ttlMs: number, sees: (seen: Left) => Promise<void>): Promise<void> {
  const argument = token();
  const started = await context.startApart(task, [argument], ttlMs);
  await hears(started, 'at work');
  const left: Left = { hasProcess: () => context.processLives(argument), workers: () => context.living(started.name) };
  assert.equal(await left.hasProcess(), true, 'the process that the task started is not seen');
  assert.equal((await left.workers()).length, 1, 'the worker of the task is not seen');
  await started.killEngine();
  await sees(left);
  const { events } = await started.record();
  assert.ok(
    events.some(({ type }) => type === 'attempt.started') && !events.some(({ type }) => type === 'run.ended'),
    'the record does not stop where the engine died',
  );
}

interface Left {
  readonly hasProcess: () => Promise<boolean>;
  readonly workers: () => Promise<readonly string[]>;
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
    'A task whose engine died ends with its worker, and all that it started, when no engine has come for as long as results are kept.',
    (context) =>
      afterDeath(context, 'lost_env.endures', 1_000, async ({ hasProcess, workers }) => {
        await until('the workers of the run are gone', async () => (await workers()).length === 0);
        assert.equal(await hasProcess(), false, 'a process that the task started lives on');
      }),
  ),
  clause(
    'TB-ENGINE-02',
    'A task whose engine died is still ended at its timeout, with all that it started, and its worker keeps what is to be told of it.',
    (context) =>
      afterDeath(context, 'lost_env.overruns', 600_000, async ({ hasProcess, workers }) => {
        await until('what the task started is gone', async () => !(await hasProcess()));
        assert.equal((await workers()).length, 1, 'the worker did not wait for an engine');
      }),
  ),
];
