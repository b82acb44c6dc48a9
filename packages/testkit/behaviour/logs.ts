import { execFileSync } from 'node:child_process';
import { TaskEnvironment, taskContext } from 'ambit';

const writing = new TaskEnvironment({ name: 'log_env' });

export const streams = writing.task('streams', async (lines: number) => {
  for (let i = 0; i < lines; i += 1) {
    process.stdout.write(`out ${i}\n`);
    process.stderr.write(`err ${i}\n`);
  }
});
/** Dies in its first attempt, without the end of a line. */
export const lastWords = writing.task('last_words', async () => {
  if (taskContext()!.attempt > 1) return;
  process.stdout.write('first\nthe last words');
  process.stderr.write('the last complaint');
  process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
export const bytes = writing.task('bytes', async (data: Uint8Array) => {
  process.stdout.write(data);
});
export const longLine = writing.task('long_line', async (size: number) => {
  process.stdout.write(Buffer.alloc(size, 'x'));
  process.stdout.write('y\nafter\n');
});
export const flood = writing.task('flood', async (mebibytes: number) => {
  process.stdout.write('the first line\n');
  const block = Buffer.from(`${'z'.repeat(1023)}\n`.repeat(1024));
  for (let i = 0; i < mebibytes; i += 1) process.stdout.write(block);
  process.stdout.write('the last line\n');
});
export const offspring = writing.task('offspring', async () => {
  execFileSync('sh', ['-c', 'echo from a child; echo aside >&2'], { stdio: 'inherit' });
});
/** Two attempts at two tasks, in one worker where it can be. */
export const each = writing.task('each', async (text: string) => {
  console.log(text);
  return taskContext()!.action;
});
export const many = writing.task('many', async (texts: string[]) => each.map(texts, { concurrency: 1 }));
