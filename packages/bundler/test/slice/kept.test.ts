import { afterEach, expect, it } from 'vitest';
import { IMPORTS, main, project, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

it('runs statements for their effect only in modules where the environment has code', async () => {
  const tried = main(
    `import './effects.js';
     import { theirs } from './theirs.js';
     import { helper } from './helper.js';
     export const ours = own.task('ours', async () => [helper(), await theirs(), (globalThis as any).seen]);`,
    {
      'effects.ts': `import './more.js'; (globalThis as any).seen.push('effects');`,
      'more.ts': `(globalThis as any).seen = ['more'];`,
      'helper.ts': `(globalThis as any).seen.push('helper'); export const helper = () => 'helped';`,
      'theirs.ts': `import { other } from './environments.js'; import 'warm-up'; (globalThis as any).seen.push('theirs'); await Promise.resolve(); export const theirs = other.task('theirs', async () => 1);`,
    },
  );
  tried.install('warm-up', '');
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toEqual(['helped', 'other.theirs', ['more', 'effects', 'helper']]);
});

it('keeps assignments to what it needs', async () => {
  const tried = main(
    `let cache: Map<string, number>;
     function get() { cache ??= new Map(); return cache; }
     let total = 0, step = 1;
     ({ step } = { step: 5 });
     for (total of [1, 2]) ;
     export const theirs = other.task('theirs', async () => get());
     const grown = (total += step);
     export const ours = own.task('ours', async (n: number) => { get().set('n', n); return [get().get('n'), total]; });`,
  );
  expect((await tried.run(await tried.bundle('own'), 'own.ours', [4])).result).toEqual([4, 7]);
});

it('keeps assignments to a reference', async () => {
  const tried = main(`import { theirs } from './theirs.js'; export const ours = own.task('ours', async () => theirs());`, {
    'theirs.ts': `import { other } from './environments.js'; export let theirs = other.task('theirs', async () => 1); theirs = wrap(theirs); function wrap(task: any): any { return async () => ['wrapped', await task()]; }`,
  });
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).result).toEqual(['wrapped', 'other.theirs']);
});

it('keeps a declaration that is there for its effect', async () => {
  const tried = main(
    `const registered = register();
     function register() { console.log('registered'); return true; }
     const usedByThem = register();
     export const theirs = other.task('theirs', async () => usedByThem);
     export const ours = own.task('ours', async () => 1);`,
  );
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).printed).toEqual(['registered']);
});

it('keeps the order in which modules run, also where they import each other', async () => {
  const tried = project({
    'main.ts': `import './first.js'; import { b } from './b.js'; import { own } from './environments.js'; export * from './environments.js'; console.log('main'); export function a() { return 'a'; } export const ours = own.task('ours', async () => a() + b());`,
    'first.ts': `import { own } from './environments.js'; console.log('first'); export const early = own.task('early', async () => 1);`,
    'b.ts': `import { a } from './main.js'; import { own } from './environments.js'; console.log('b'); export function b() { return later; } const later = a() + '!'; own.task('late', async () => later);`,
  });
  const bundle = await tried.bundle('own');
  const { result, tasks, printed } = await tried.run(bundle, 'own.ours');
  expect({ result, tasks, printed }).toEqual({
    result: 'aa!',
    tasks: ['own.early', 'own.late', 'own.ours'],
    printed: ['first', 'b', 'main'],
  });
});

it.each([
  ['characters of two units', `const smile = '😀'; /* 😀 */ const after = '😀é';`, `[smile, after]`, ['😀', '😀é']],
  ['enums', `enum Color { Red = 'red', Green = Color.Red } const enum Size { Big = 3 }`, `[Color.Green, Size.Big]`, ['red', 3]],
  [
    'namespaces',
    `namespace Shape { export const sides = 3; } namespace Shape { export const name = 'triangle' + sides; }`,
    `Shape.name`,
    'triangle3',
  ],
  [
    'classes',
    `class Base { static made = 0; static { Base.made = 2; } } class Derived extends Base { #x = Base.made; get x() { return this.#x; } }`,
    `new Derived().x`,
    2,
  ],
  [
    'patterns',
    `const { a: { b = 1, ...rest }, [String('k')]: k } = { a: { c: 2 }, k: 3 } as any; const [first, , third = b] = [k];`,
    `[b, rest, first, third]`,
    [1, { c: 2 }, 3, 1],
  ],
  ['variables of blocks', `{ var hoisted = 4; } if (hoisted) { var other2 = hoisted; }`, `[hoisted, other2]`, [4, 4]],
  ['labels and switches', `let n = 0; outer: for (const i of [1, 2]) { switch (i) { case 2: break outer; default: n += i; } }`, `n`, 1],
  [
    'overloads',
    `function twice(x: string): string; function twice(x: number): number; function twice(x: any): any { return x + x; }`,
    `twice(2)`,
    4,
  ],
  ['top-level await', `const value = await new Promise((resolve) => setTimeout(resolve, 1, 'later'));`, `value`, 'later'],
  ['named function expressions', `const fact = function self(n: number): number { return n < 2 ? 1 : n * self(n - 1); };`, `fact(4)`, 24],
  ['comments that end a statement', `const two = 1 + 1 /* a\n b */\n;[1].forEach(() => {}) // c`, `/* d */ two // e`, 2],
])('understands %s', async (_, code, expression, expected) => {
  const tried = main(`${code}\nexport const ours = own.task('ours', async () => ${expression}\n);`);
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).result).toEqual(expected);
});

it('runs a module through which code is passed on', async () => {
  const tried = main(`import { theirs, help } from './index.js'; export const ours = own.task('ours', async () => help(await theirs()));`, {
    'index.ts': `import './setup.js'; export { theirs } from './theirs.js'; export { help } from './help.js';`,
    'setup.ts': `(globalThis as any).setup = 'set up';`,
    'help.ts': `export const help = (x: string) => [x, (globalThis as any).setup];`,
    'theirs.ts': `import { other } from './environments.js'; import 'warm-up'; export const theirs = other.task('theirs', async () => 1);`,
  });
  tried.install('warm-up', '');
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toEqual(['other.theirs', 'set up']);
});

it('keeps a module whole that is nested too deeply', async () => {
  const sum = Array.from({ length: 20_000 }, () => '1').join(' + ');
  const tried = main(`export const ours = own.task('ours', async () => ${sum});`);
  const bundle = await tried.bundle('own');
  expect(bundle.diagnostics).toEqual([expect.objectContaining({ code: 'AMBIT_BUNDLE_WHOLE_MODULE' })]);
  expect((await tried.run(bundle, 'own.ours')).result).toBe(20_000);
});

it('keeps a module whole that makes code from text', async () => {
  const tried = main(`const hidden = () => 5; export const ours = own.task('ours', async () => eval('hidden()'));`);
  expect(await tried.code('own')).toContain('hidden');
});

it('registers every task of the environment, wherever it is defined', async () => {
  const tried = project({
    'main.ts': `${IMPORTS}import './a.js'; export * from './sub/b.js'; export default own.task('main', async () => 1);`,
    'a.ts': `import { own } from './environments.js'; own.task('a', async () => 1);`,
    'sub/b.ts': `import { own } from '../environments.js'; export const tasks = { b: own.task('b', async () => 1) }; export class Lab { static c = own.task('c', async () => 1); }`,
  });
  expect((await tried.run(await tried.bundle('own'), 'own.main')).tasks).toEqual(['own.a', 'own.b', 'own.c', 'own.main']);
});
