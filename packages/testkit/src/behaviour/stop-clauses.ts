import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourCancel, BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, endsOf, failed, hears, run, until, written } from './behaviour-steps.ts';

/** What processes that a task starts are known by. */
export function token(): string {
  return `behaviour-${randomBytes(8).toString('hex')}`;
}

/** A stop is proved by what the place claims, or not confirmed, with the reason. */
function isHonest({ claims }: BehaviourContext, { confirmed, evidence }: BehaviourCancel): void {
  assert.ok(evidence.length > 0, 'nothing is said of any worker');
  assert.equal(confirmed, claims.stopProof.length > 0, `it is ${confirmed ? '' : 'not '}confirmed: ${JSON.stringify(evidence)}`);
  for (const { mechanism, detail } of evidence) {
    assert.ok(detail.length > 0, 'a stop has no evidence');
    if (confirmed) assert.ok(claims.stopProof.includes(mechanism!), `"${mechanism}" is not claimed by the place`);
  }
}

async function isGone(context: BehaviourContext, argument: string): Promise<void> {
  assert.equal(await context.processLives(argument), false, 'a process that the task started lives on');
}

export const stopClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-CANCEL-01',
    'The signal of a task that is cancelled aborts with the reason, and what it does then is seen.',
    async (context) => {
      const started = await context.start('stop_env.listens', []);
      await hears(started, 'waiting');
      await started.cancel('enough seen');
      const end = await started.end();
      assert.deepEqual(end.outcome, { status: 'cancelled', reason: 'enough seen' });
      assert.match(written(end, 'stdout').toString(), /^waiting\nasked to end: .*enough seen/);
      assert.deepEqual(endsOf(end), { 'stop_env.listens': ['cancelled'] });
    },
  ),
  clause('TB-CANCEL-02', 'A cancel says of each worker what proves that it has stopped, or that nothing here can.', async (context) => {
    const started = await context.start('stop_env.listens', []);
    await hears(started, 'waiting');
    isHonest(context, await started.cancel('enough seen'));
    await started.end();
  }),
  clause(
    'TB-CANCEL-03',
    'A task that does not listen is ended, with the processes that it started, in whatever session.',
    async (context) => {
      const argument = token();
      const started = await context.start('stop_env.stubborn', [argument], { graceMs: 200 });
      await hears(started, 'at work');
      assert.equal(await context.processLives(argument), true, 'the process that the task started is not seen');
      isHonest(context, await started.cancel('enough seen'));
      await isGone(context, argument);
      assert.equal((await started.end()).outcome.status, 'cancelled');
    },
  ),
  clause('TB-CANCEL-04', 'A cancel reaches the children of a task, and theirs.', async (context) => {
    const started = await context.start('stop_top_env.tree', [], { graceMs: 200 });
    await hears(started, 'deep down');
    await started.cancel('enough seen');
    const end = await started.end();
    assert.deepEqual(endsOf(end), {
      'stop_env.waits': ['cancelled'],
      'stop_middle_env.passes_on': ['cancelled'],
      'stop_top_env.tree': ['cancelled'],
    });
    assert.deepEqual(await context.living(started.name), []);
  }),
  clause('TB-CANCEL-05', 'A task that throws cancels the children that it leaves.', async (context) => {
    const end = await run(context, 'stop_top_env.throws_away');
    assert.match(failed(end).message, /no more/);
    const { 'stop_top_env.throws_away': own, ...children } = endsOf(end);
    assert.deepEqual([own, children['stop_middle_env.passes_on']], [['failed'], ['cancelled']]);
  }),
  clause(
    'TB-TIMEOUT-01',
    'A task that takes longer than its timeout is ended, as a failure of its resources, and tried again as it says.',
    async (context) => {
      const end = await run(context, 'stop_env.late');
      const { code, failure } = failed(end);
      assert.deepEqual([code, failure], ['AMBIT_TASK_TIMEOUT', 'resources']);
      assert.deepEqual(
        attemptsOf(end).map(({ outcome, failure: each }) => [outcome, each]),
        [
          ['failed', 'resources'],
          ['failed', 'resources'],
        ],
      );
    },
  ),
  clause('TB-TIMEOUT-02', 'A timeout ends also a task that blocks, and all that it started.', async (context) => {
    const argument = token();
    const started = await context.start('stop_env.blocked', [argument]);
    await hears(started, 'at work');
    assert.equal(failed(await started.end()).code, 'AMBIT_TASK_TIMEOUT');
    await until('the processes of the task are gone', async () => !(await context.processLives(argument)));
  }),
];
