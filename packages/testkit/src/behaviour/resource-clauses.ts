import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause, NotClaimed } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, failed, refusedPlace, run, succeeded, valueOf } from './behaviour-steps.ts';

/** More memory than the limit: ended as a failure of its resources, and not tried again. */
async function runsOut(context: BehaviourContext, task: string): Promise<void> {
  const end = await run(context, task);
  const { code, failure, message } = failed(end);
  assert.deepEqual([code, failure], ['AMBIT_TASK_OUT_OF_MEMORY', 'resources']);
  assert.match(message, /memory/);
  assert.equal(attemptsOf(end).length, 1);
}

const noBounds: NotClaimed = { notClaimed: 'the place says nothing of its bounds' };

function seesOne(value: unknown): void {
  assert.deepEqual(value, { gpus: 1, visible: 1 });
}

export const resourceClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-MEMORY-01',
    'A task that takes more memory than its environment has is ended, as a failure of its resources.',
    async (context) => {
      if (!context.claims.enforces.memory) return { notClaimed: 'the place does not hold tasks to their memory' };
      await runsOut(context, 'small_env.hoards');
    },
  ),
  clause('TB-MEMORY-02', 'Memory of the processes that a task starts counts as its own.', (context) =>
    runsOut(context, 'small_env.child_hoards'),
  ),
  clause('TB-MEMORY-03', 'A task that stays below its memory is left alone, and it is recorded how much it took.', async (context) => {
    const end = await run(context, 'small_env.is_modest');
    assert.equal(succeeded(end), 2 ** 26);
    const peak = attemptsOf(end)[0]?.peakMemory ?? 0;
    assert.ok(peak > 2 ** 24 && peak < 2 ** 28, `${peak} bytes are recorded`);
  }),
  clause(
    'TB-RESOURCES-01',
    'A task that needs a GPU gets one, and the name of it, or is refused where there is none before anything runs.',
    async (context) => {
      const task = 'gpu_env.sees_gpus';
      const { capacity } = context.claims;
      if (capacity && capacity.gpus.length > 0) return seesOne(await valueOf(context, task));
      // A place that says no bounds may have one all the same.
      const end = capacity ? undefined : await run(context, task);
      if (end?.outcome.status === 'succeeded') return seesOne(end.outcome.value);
      assert.match(await refusedPlace(context, task), /GPU/);
    },
  ),
  clause('TB-RESOURCES-02', 'A task that needs more memory than the place has is refused before anything runs.', async (context) => {
    if (!context.claims.capacity) return noBounds;
    assert.match(await refusedPlace(context, 'huge_env.needs_much'), /memory/i);
    return undefined;
  }),
  clause('TB-RESOURCES-03', 'A task that needs more CPUs than the place has is refused before anything runs.', async (context) => {
    if (!context.claims.capacity) return noBounds;
    assert.match(await refusedPlace(context, 'wide_env.needs_many'), /CPU/i);
    return undefined;
  }),
  clause(
    'TB-RESOURCES-04',
    'Where the place claims to hold tasks to their CPUs, a task is under that limit, and elsewhere under none of its own.',
    async (context) => {
      const { cpu } = (await valueOf(context, 'small_env.limits')) as { cpu?: number };
      if (context.claims.enforces.cpu) assert.equal(cpu, 0.5);
      else assert.notEqual(cpu, 0.5);
    },
  ),
];
