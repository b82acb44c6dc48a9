// What the benchmark of large loads runs: many lines, a large file through two tasks, a large map.
import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { File, TaskEnvironment } from 'ambit';

const child = new TaskEnvironment({ name: 'child_env' });

const increment = child.task('increment', (n: number) => n + 1);

const line = `${'x'.repeat(99)}\n`;

const write = (text: string): Promise<void> => new Promise((resolve) => process.stdout.write(text, () => resolve()));

/** Milliseconds that a task takes to write so many megabytes of lines. */
export const lines = child.task('lines', async (megabytes: number) => {
  const block = line.repeat(10_000);
  const started = performance.now();
  for (let i = 0; i < megabytes; i += 1) await write(block);
  return performance.now() - started;
});

const make = child.task('make', async (path: string): Promise<File> => File.newRemote('large.bin').write(createReadStream(path)));

const parent = new TaskEnvironment({ name: 'parent_env', dependsOn: [child] });

/** Milliseconds from the call of the task that writes a file of this content to its last byte read here. */
export const file = parent.task('file', async (path: string) => {
  const started = performance.now();
  const written = await make(path);
  const hash = createHash('sha256');
  for await (const chunk of written.stream()) hash.update(chunk);
  if (hash.digest('hex') !== written.sha256?.replace('sha256:', '')) throw new RangeError('the file is another one');
  return performance.now() - started;
});

/** Calls per second of a map. */
export const map = parent.task('map', async (calls: number) => {
  await increment(-1);
  const started = performance.now();
  let sum = 0;
  for await (const result of increment.map(
    Array.from({ length: calls }, (_, i) => i),
    { concurrency: 64 },
  ))
    sum += result;
  if (sum !== (calls * (calls + 1)) / 2) throw new RangeError('a result is wrong');
  return calls / ((performance.now() - started) / 1000);
});
