import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { attemptsOf, failed, lineWith, run, valueOf } from './behaviour-steps.ts';

/** What the caller of a task caught. */
interface Caught {
  readonly isTaskError: boolean;
  readonly facts: Readonly<Record<'message' | 'task' | 'environment' | 'attempt' | 'failure' | 'code', unknown>>;
  readonly classes: readonly string[];
  readonly hasValue: boolean;
  readonly cause: Error & { readonly value?: unknown };
}

async function caught(context: BehaviourContext, task: string, ...args: readonly unknown[]): Promise<Caught> {
  const told = (await valueOf(context, 'catching_env.catches', task, args)) as Caught | undefined;
  assert.ok(told, `${task} did not fail`);
  return told;
}

/** A task that ends its process in some way: a failure of its own, tried once, of which its caller is told. */
async function endsItsProcess(context: BehaviourContext, task: string, code: string, ...args: readonly unknown[]): Promise<Caught> {
  const told = await caught(context, task, ...args);
  assert.deepEqual([told.isTaskError, told.facts.code, told.facts.failure, told.facts.attempt], [true, code, 'user', 1]);
  return told;
}

export const errorClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-ERRORS-01',
    'A caller gets a TaskError that says who failed, with what was thrown as its cause: class, fields and causes.',
    async (context) => {
      const { isTaskError, facts, classes, cause } = await caught(context, 'rangeError');
      assert.deepEqual([isTaskError, classes], [true, ['RangeError', 'Error']]);
      assert.match(String(facts.message), /^failing_env\.range_error: .*too long/);
      assert.deepEqual(
        [facts.task, facts.environment, facts.attempt, facts.failure],
        ['failing_env.range_error', 'failing_env', 1, 'user'],
      );
      assert.deepEqual({ ...cause }, { residue: 12, tags: new Set(['a']) });
      const inner = cause.cause as TypeError & { column: number };
      assert.deepEqual([inner instanceof TypeError, inner.message, inner.column], [true, 'odd', 7]);
    },
  ),
  clause('TB-ERRORS-02', 'What is thrown and is no error arrives as the value of the cause.', async (context) => {
    for (const value of ['boom', null]) {
      const { classes, hasValue, cause } = await caught(context, 'thrown', value);
      assert.deepEqual([classes, hasValue, cause.value], [['Error'], true, value]);
    }
  }),
  clause(
    'TB-ERRORS-03',
    "A failure that nobody catches is the run's, and points at the line of the user's file that threw.",
    async (context) => {
      const end = await run(context, 'failing_env.range_error');
      const error = failed(end);
      const place = lineWith('errors.ts', 'const cause =');
      assert.deepEqual([error.code, error.failure, error.name, error.at], ['AMBIT_TASK_FAILED', 'user', 'RangeError', place]);
      assert.ok(error.stack?.includes(lineWith('errors.ts', '// thrown here')), `the stack tells no line of the user's: ${error.stack}`);
      assert.equal(error.cause?.name, 'TypeError');
    },
  ),
  clause('TB-ERRORS-04', 'A task that throws is tried again as often as it says, and a NonRetryableError never.', async (context) => {
    assert.equal(await valueOf(context, 'failing_env.tries_again', 3), 3);
    const spent = await run(context, 'failing_env.tries_again', 4);
    assert.deepEqual([failed(spent).attempt, attemptsOf(spent).length], [3, 3]);
    const final = await run(context, 'failing_env.gives_up');
    assert.deepEqual([failed(final).failure, attemptsOf(final).length], ['user', 1]);
  }),
  clause('TB-ERRORS-05', 'A task that ends its process has failed, whatever the exit code.', async (context) => {
    await endsItsProcess(context, 'exits', 'AMBIT_TASK_EXITED', 0);
  }),
  clause('TB-ERRORS-06', 'A task that leaves a rejection unhandled has failed with it.', async (context) => {
    const { cause } = await endsItsProcess(context, 'rejects', 'AMBIT_TASK_UNHANDLED');
    assert.ok(cause instanceof RangeError && cause.message === 'nobody listens', `the cause is another: ${String(cause)}`);
  }),
  clause('TB-ERRORS-07', 'A task whose process crashes has failed, and the signal is named.', async (context) => {
    const { facts } = await endsItsProcess(context, 'crashes', 'AMBIT_TASK_CRASHED');
    assert.match(String(facts.message), /SIGSEGV/);
  }),
];
