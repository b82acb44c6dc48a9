import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TaskEnvironment, taskContext } from 'ambit';

const lost = new TaskEnvironment({ name: 'lost_env' });
const kept = new TaskEnvironment({ name: 'kept_env', dependsOn: [lost] });

const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 60_000));

/** Its process is killed, as from outside, in each attempt up to this one; in the next it may throw. */
export const killed = lost.task('killed', { retries: 1 }, async (times: number, throwsOnce: boolean) => {
  const { attempt } = taskContext()!;
  if (attempt <= times) {
    process.kill(process.pid, 'SIGKILL');
    return forever();
  }
  if (throwsOnce && attempt === times + 1) throw new Error('once');
  return attempt;
});
export const callsKilled = kept.task('calls_killed', async (times: number) => [await killed(times, false), taskContext()!.attempt]);

/** Waits to be killed in its first attempt. */
export const waitsOnce = lost.task('waits_once', async () => {
  const { attempt } = taskContext()!;
  if (attempt > 1) return attempt;
  console.log('kill me');
  return forever();
});

async function companion(argument: string): Promise<void> {
  const child = spawn('sh', ['-c', 'while :; do sleep 1; done', argument], { stdio: 'ignore' });
  await once(child, 'spawn');
  console.log('at work');
}

/** Both end only where somebody sees to it. */
export const endures = lost.task('endures', async (argument: string) => {
  await companion(argument);
  return forever();
});
export const overruns = lost.task('overruns', { timeout: '5s' }, async (argument: string) => {
  await companion(argument);
  for (;;);
});
