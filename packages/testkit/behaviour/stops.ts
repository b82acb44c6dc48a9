import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TaskEnvironment, taskContext } from 'ambit';

const stopping = new TaskEnvironment({ name: 'stop_env' });
const middle = new TaskEnvironment({ name: 'stop_middle_env', dependsOn: [stopping] });
const top = new TaskEnvironment({ name: 'stop_top_env', dependsOn: [middle] });

const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 60_000));

/** A process in a session of its own that ignores what asks it to end. Its argument is what it is known by. */
async function offspring(argument: string): Promise<void> {
  const child = spawn('sh', ['-c', 'trap "" TERM HUP INT; while :; do sleep 1; done', argument], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  child.unref();
}

export const listens = stopping.task('listens', async () => {
  const { signal } = taskContext()!;
  console.log('waiting');
  const reason = await new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
  console.log(`asked to end: ${(reason as Error).message}`);
});
export const stubborn = stopping.task('stubborn', async (argument: string) => {
  await offspring(argument);
  console.log('at work');
  for (;;);
});
export const late = stopping.task('late', { timeout: '1s', retries: 1 }, async () => forever());
export const blocked = stopping.task('blocked', { timeout: '3s' }, async (argument: string) => {
  await offspring(argument);
  console.log('at work');
  for (;;);
});
export const waits = stopping.task('waits', async () => {
  console.log('deep down');
  return forever();
});
export const passesOn = middle.task('passes_on', async () => waits());
export const tree = top.task('tree', async () => passesOn());

export const throwsAway = top.task('throws_away', async () => {
  passesOn().catch(() => undefined);
  throw new RangeError('no more');
});
