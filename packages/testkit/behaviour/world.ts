import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Image, TaskEnvironment, isMain } from 'ambit';

const image = Image.fromDebianBase().withEnv({ OF_IMAGE: 'image', OF_BOTH: 'image' });
const plain = new TaskEnvironment({
  name: 'world_env',
  image,
  env: { OF_ENVIRONMENT: ' a b\n$HOME "ü" ', EMPTY: '', OF_BOTH: 'environment' },
});
const placed = new TaskEnvironment({ name: 'placed_env', image: Image.fromDebianBase().withWorkdir('/srv/work') });

export const variables = plain.task('variables', async () => ({ ...process.env }));

/** Where it works, what is there, and that it may write. */
export const works = plain.task('works', async () => {
  const names = readdirSync('.');
  writeFileSync('left-behind', 'x');
  return { directory: process.cwd(), names };
});
/** Whether what an attempt left goes away, also where the worker lives on. */
export const isCleared = plain.task('is_cleared', async (directory: string) => {
  for (let look = 0; look < 200; look += 1) {
    if (!existsSync(`${directory}/left-behind`)) return true;
    await sleep(20);
  }
  return false;
});
export const worksTwice = plain.task('works_twice', async () => {
  const [first, second] = [await works(), await works()];
  return { first, second, cleared: await isCleared(first.directory) };
});
export const worksThere = placed.task('works_there', async () => process.cwd());

export const readsBeside = plain.task('reads_beside', async () => readFileSync(new URL('./beside.txt', import.meta.url), 'utf8'));
export const isProgram = plain.task('is_main', async () => isMain(import.meta));
