import { afterEach, expect, it } from 'vitest';
import { codeOf, main, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

const THEIRS = `import { other } from './environments.js';
export const theirs = other.task('theirs', async () => 1);
export const more = { one: other.task('one', async () => 1), two: other.task('two', async () => 2) };`;

async function calls(code: string): Promise<readonly string[]> {
  const bundle = await main(code, { 'theirs.ts': THEIRS }).bundle('own');
  return bundle.calls.map(({ task, environment, at }) => `${task} of ${environment} at ${at}`);
}

it('finds calls of other environments, also in helpers', async () => {
  const found = await calls(`import { theirs } from './theirs.js';
function helper() {
  return theirs();
}
export const ours = own.task('ours', async () => {
  await helper();
  return theirs();
});`);
  expect(found).toEqual(['other.theirs of other at main.ts:5', 'other.theirs of other at main.ts:9']);
});

it('counts a task that is passed on as called', async () => {
  const found = await calls(`import { theirs as they } from './theirs.js';
const each = (f: () => unknown) => f();
const passed = they;
export const ours = own.task('ours', async () => each(passed));`);
  expect(found).toEqual(['other.theirs of other at main.ts:6']);
});

it('knows which task of an object is meant', async () => {
  const found = await calls(`import { more } from './theirs.js';
import * as all from './theirs.js';
export const ours = own.task('ours', async () => [
  more.two(),
  all.theirs(),
]);`);
  expect(found).toEqual(['other.two of other at main.ts:6', 'other.theirs of other at main.ts:7']);
});

it('counts all tasks of an object that is passed on', async () => {
  expect(
    await calls(`import { more } from './theirs.js';\nexport const ours = own.task('ours', async () => Object.values(more));`),
  ).toEqual(['other.one of other at main.ts:4', 'other.two of other at main.ts:4']);
});

it('finds calls through an import at run time', async () => {
  const found = await calls(`export { theirs } from './theirs.js';
export const ours = own.task('ours', async () => {
  const { theirs } = await import('./theirs.js');
  return [await theirs(), (await import('./theirs.js')).theirs()];
});`);
  expect(found).toEqual(['other.theirs of other at main.ts:5', 'other.theirs of other at main.ts:6']);
});

it('does not count own tasks, and what the bundle does not have', async () => {
  const found = await calls(`import { theirs } from './theirs.js';
import { isMain } from 'ambit';
export const middle = other.task('middle', async () => theirs());
export const first = own.task('first', async () => 1);
if (isMain(import.meta)) await theirs();
export const ours = own.task('ours', async () => first());`);
  expect(found).toEqual([]);
});

it('does not count what an object of tasks holds before somebody takes it', async () => {
  const found = await calls(`import { theirs, more } from './theirs.js';
const tasks = { theirs, one: more.one, two: more.two, here: other.task('here', async () => 2) };
export const ours = own.task('ours', async () => [tasks.one(), tasks.here()]);`);
  expect(found).toEqual(['other.one of other at main.ts:5', 'other.here of other at main.ts:5']);
});

it('takes a task with other options for the same task', async () => {
  const code = `import { theirs } from './theirs.js';
import { slow } from './slow.js';
export const unused = theirs.override({ retries: 2 });
export const ours = own.task('ours', async () => slow());`;
  const files = {
    'theirs.ts': THEIRS,
    'slow.ts': `import 'dragged'; import { theirs } from './theirs.js';\nconst first = theirs.override({ timeout: '1m' });\nexport const slow = first.override({ retries: 3 });\nconsole.log('runs');`,
  };
  const made = main(code, files);
  made.install('dragged', '');
  const bundle = await made.bundle('own');
  expect(bundle.calls).toEqual([{ task: 'other.theirs', environment: 'other', at: 'main.ts:6' }]);
  expect(bundle.packages).toEqual([]);
  expect(codeOf(bundle)).toContain('override({ retries: 3 })');
  expect(codeOf(bundle)).not.toContain('retries: 2');
});

it('does not count a task that is only made, and leaves it out', async () => {
  const code = `other.task('bare', async () => 1);
other.task('bare_too', async () => 1).override({ retries: 1 });
export const quick = other.task('quick', async () => 1).override({ retries: 2 }).override({ timeout: '1m' });
export const ours = own.task('ours', async () => 1);`;
  const made = main(code);
  const bundle = await made.bundle('own');
  expect(bundle.calls).toEqual([]);
  expect(codeOf(bundle)).not.toMatch(/bare|quick/);
  const theirs = codeOf(await made.bundle('other'));
  for (const name of ['bare', 'bare_too', 'quick']) expect(theirs).toContain(`other.${name}`);
});

it('finds calls of a task that has other options where it is made', async () => {
  const found = await calls(`const quick = other.task('quick', async () => 1).override({ retries: 2 });
const again = quick.override({ timeout: '1m' });
export const ours = own.task('ours', async () => [
  quick(),
  again(),
]);`);
  expect(found).toEqual(['other.quick of other at main.ts:6', 'other.quick of other at main.ts:7']);
});

it('keeps what else is called override', async () => {
  const code = `const settings = { override: (more: object) => (console.log('overrides'), more) };
export const changed = settings.override({ retries: 2 });
export const ours = own.task('ours', async () => 1);`;
  expect(await main(code).code('own')).toContain('settings.override');
});
