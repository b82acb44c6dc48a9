import { NonRetryableError, TaskEnvironment, TaskError, taskContext } from 'ambit';

const failing = new TaskEnvironment({ name: 'failing_env' });
const catching = new TaskEnvironment({ name: 'catching_env', dependsOn: [failing] });

export const rangeError = failing.task('range_error', async () => {
  const cause = Object.assign(new TypeError('odd'), { column: 7 });
  throw Object.assign(new RangeError('too long', { cause }), { residue: 12, tags: new Set(['a']) }); // thrown here
});
export const thrown = failing.task('thrown', async (value: unknown) => {
  throw value;
});
export const exits = failing.task('exits', async (code: number) => process.exit(code));
export const rejects = failing.task('rejects', async () => {
  void Promise.reject(new RangeError('nobody listens'));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
export const crashes = failing.task('crashes', async () => {
  process.kill(process.pid, 'SIGSEGV');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
export const triesAgain = failing.task('tries_again', { retries: 2 }, async (good: number) => {
  const { attempt } = taskContext()!;
  if (attempt < good) throw new Error(`attempt ${attempt}`);
  return attempt;
});
export const givesUp = failing.task('gives_up', { retries: 2 }, async () => {
  throw new NonRetryableError('it would fail again');
});

const tasks = { rangeError, thrown, exits, rejects, crashes };

/** What the caller of a task catches, taken apart there. */
export const catches = catching.task('catches', async (name: keyof typeof tasks, args: unknown[]) => {
  try {
    await (tasks[name] as (...args: unknown[]) => Promise<unknown>)(...args);
    return undefined;
  } catch (error) {
    const told = error as TaskError;
    const cause = told.cause as (Error & Record<string, unknown>) | undefined;
    return {
      isTaskError: told instanceof TaskError,
      facts: {
        message: told.message,
        task: told.task,
        environment: told.environment,
        attempt: told.attempt,
        failure: told.failure,
        code: told.code,
      },
      classes: [RangeError, TypeError, Error].filter((each) => cause instanceof each).map(({ name: each }) => each),
      hasValue: cause !== undefined && 'value' in cause,
      cause,
    };
  }
});
