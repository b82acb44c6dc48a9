// What the benchmark runs: a parent that calls a child, one after the other and all at once.
import { TaskEnvironment } from 'ambit';

const child = new TaskEnvironment({ name: 'child_env' });
const increment = child.task('increment', (n: number) => n + 1);

const parent = new TaskEnvironment({ name: 'parent_env', dependsOn: [child] });

/** Milliseconds of each of some calls in a row, after a warm-up. */
export const warm = parent.task('warm', async (calls: number) => {
  const times: number[] = [];
  for (let i = -50; i < calls; i += 1) {
    const started = performance.now();
    await increment(i);
    if (i >= 0) times.push(performance.now() - started);
  }
  return times;
});

/** Calls per second of many at once. */
export const fan = parent.task('fan', async (calls: number) => {
  await Promise.all([increment(-1), increment(-2)]);
  const started = performance.now();
  const results = await Promise.all(Array.from({ length: calls }, (_, i) => increment(i)));
  const seconds = (performance.now() - started) / 1000;
  if (results.some((result, i) => result !== i + 1)) throw new RangeError('a result is wrong');
  return calls / seconds;
});
