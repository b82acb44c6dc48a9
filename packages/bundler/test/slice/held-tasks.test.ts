import { afterEach, expect, it } from 'vitest';
import { main, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

const THEIRS = `import { other } from './environments.js';
export const theirs = other.task('theirs', async () => 1);
export const more = { one: other.task('one', async () => 1), two: other.task('two', async () => 2) };`;

const FILES = {
  'theirs.ts': THEIRS,
  'index.ts': `export { theirs as they } from './theirs.js'; export * from './theirs.js'; export * as group from './theirs.js';`,
};

/** The tasks of `other` that `own` calls in a module that has this code, and these calls in a task. */
async function called(code: string, calls = '1'): Promise<readonly string[]> {
  const bundle = await main(
    `import { theirs, more } from './theirs.js';
import * as all from './index.js';
const isSet = process.env['SET'] !== undefined;
${code}
export const ours = own.task('ours', async (...args: any[]) => ${calls});
export const kept = isSet;`,
    FILES,
  ).bundle('own');
  return bundle.calls.map(({ task, at }) => `${task} ${at.replace('main.ts:', '')}`);
}

const task = `other.task('made', async () => 1)`;

it.each([
  ['a statement', `${task};`],
  ['void', `void ${task};`],
  ['other options', `void ${task}.override({ retries: 1 });`],
  ['an if', `if (!isSet) ${task};`],
  ['a block', `if (isSet) { console.log(1); } else { ${task}; }`],
  ['and', `!isSet && ${task};`],
  ['or', `isSet || ${task}.override({ retries: 1 });`],
  ['a condition', `isSet ? undefined : ${task};`],
  ['a sequence', `isSet, ${task}, isSet;`],
  ['a try', `try { ${task}; } catch {}`],
  ['a loop', `for (const _ of [1]) ${task};`],
  ['a switch', `switch (isSet) { case false: ${task}; }`],
  ['a function', `function define() { ${task}; }\ndefine();`],
  ['a type', `${task} as unknown;`],
])('does not take a task that is only made for a used one: %s', async (_, code) => {
  expect(await called(code)).toEqual([]);
});

it.each([
  ['a variable', `const held = ${task};`],
  ['a variable with a type', `const held = ${task} satisfies unknown as any;`],
  ['a condition', `const held = isSet ? undefined : ${task};`],
  ['or', `export const held = undefined ?? ${task};`],
  ['an assignment', `let held: any;\nif (!isSet) held = ${task};`],
  ['an assignment to a member', `const lab: any = {};\nlab.held = ${task};`, 'lab.held()'],
  ['an object', `const lab = { held: ${task} };`, 'lab.held()'],
  ['an object in an object', `const lab = { inner: { held: ${task}, 'un-held': theirs } };`, 'lab.inner.held()'],
  ['a list', `const list = [${task}];`, 'Promise.all(list.map((each) => each()))'],
  ['a list, by its index', `const list = [${task}];`, 'list[0]!()'],
  ['patterns', `const { held } = { held: ${task} };`],
  ['a pattern of a list', `const [held] = [${task}];`],
  ['a class', `class Lab { static held = ${task}; }`, 'Lab.held()'],
])('finds a task where what holds it is used, and only there: %s', async (_, code, call = 'held()') => {
  expect(await called(code)).toEqual([]);
  expect((await called(code, call)).map((each) => each.split(' ')[0])).toEqual(['other.made']);
});

it.each([
  ['a class', `class Lab { static held = ${task}; static go() { return this.held(); } }`, 'Lab.go()'],
  ['an object', `const lab = { held: ${task}, go() { return this.held(); } };`, 'lab.go()'],
])('finds a task that what holds it takes of itself: %s', async (_, code, call) => {
  expect(await called(code, call)).toEqual(['other.made 6']);
});

it.each([
  ['a default export', `export default isSet ? undefined : ${task};`],
  ['a name of theirs', `const they = theirs;\nvoid they;`],
  ['an object of theirs', `const lab = { theirs, ...more, list: [more.one] };`],
  ['parts of theirs', `const { one, two: second } = more;`],
  ['parts of a module', `const { they, group: { theirs: third } } = all;`],
  ['a use of nothing', `void theirs;\ntheirs;\nif (isSet) more.one;`],
])('does not take a task that is only named for a used one: %s', async (_, code) => {
  expect(await called(code)).toEqual([]);
});

it.each([
  ['void', `{ void theirs(); }`],
  ['an if', `{ if (args[0]) theirs(); }`],
  ['and', `args[0] && theirs()`],
  ['a condition', `args[0] ? theirs() : 1`],
  ['a return', `{ return theirs(); }`],
  ['a block', `{ for (;;) { try { await theirs(); } catch { break; } } }`],
  ['map', `Promise.all(args.map(theirs))`],
  ['a function in map', `Promise.all(args.map((x) => theirs()))`],
  ['a list', `Promise.all([theirs()])`],
  ['an argument', `((f: any) => f())(theirs)`],
  ['a local name', `{ const they = theirs; return they(); }`],
  ['a local name that is assigned to', `{ let they: any; they = theirs; return they(); }`],
  ['a local object', `{ const lab = { theirs }; return lab.theirs(); }`],
  ['other options', `theirs.override({ retries: 1 })()`],
  ['an optional call', `theirs?.()`],
  ['an optional member', `all?.theirs?.()`],
  ['a member by a string', `all['theirs']()`],
  ['a namespace', `all.theirs()`],
  ['a re-export', `all.they()`],
  ['a namespace of a namespace', `all.group.theirs()`],
  ['a pattern', `{ const { theirs: t } = all; return t(); }`],
  ['a pattern in a pattern', `{ const { group: { theirs: t } } = all; return t(); }`],
  ['call', `theirs.call(undefined)`],
  ['a tagged type', `(theirs as any)()`],
  ['a default', `((f = theirs) => f())()`],
  ['a spread', `{ const lab = { ...all }; return lab.theirs(); }`],
  ['a name that the code does not say', `(all as any)[args[0]]()`],
  ['a returned one', `theirs`],
])('finds a call in a task: %s', async (_, call) => {
  expect(await called('', call)).toContain('other.theirs 7');
});

it('knows which of several tasks a pattern takes', async () => {
  expect(await called('', `{ const { group: { more: { one } } } = all; return one(); }`)).toEqual(['other.one 7']);
});

it('comes to an end where names hold each other', async () => {
  const code = `let first: any = ${task};\nlet second: any = first;\nsecond.next = first;\nfirst = second.next;`;
  expect(await called(code, 'second()')).toEqual(['other.made 10']);
});

it.each([
  ['a call', `wrap(theirs);`],
  ['an argument', `const wrapped = wrap(${task});`],
  ['a member that nobody can tell', `const picked = (all as any)[String(isSet)];`],
])('counts a task that is handed on while the module runs: %s', async (_, code) => {
  expect(await called(`function wrap<T>(x: T) { return x; }\n${code}`)).not.toEqual([]);
});
