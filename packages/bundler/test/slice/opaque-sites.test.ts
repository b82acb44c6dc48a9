import { afterEach, expect, it } from 'vitest';
import { main, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

const opaque = { code: 'AMBIT_BUNDLE_OPAQUE_TASK', severity: 'warning', environment: 'own' };

it('keeps a loop that makes several tasks, and says what it drags in', async () => {
  const tried = main(
    `import { heavy } from 'heavy';
import { light } from 'light';
export const theirs: Record<string, any> = {};
for (const name of ['a', 'b'])
  theirs[name] = other.task(name, async () => heavy());
export const ours = own.task('ours', async () => [light, await theirs.a()]);`,
  );
  const bundle = await tried.bundle('own');
  expect(bundle.diagnostics).toEqual([expect.objectContaining({ ...opaque, at: 'main.ts:7' })]);
  expect(bundle.diagnostics[0]?.message).toContain('other.a, other.b');
  expect(bundle.diagnostics[0]?.message).toMatch(/needs heavy\.$/);
  expect(bundle.packages.map(({ name }) => name)).toEqual(['heavy', 'light']);
});

it('says nothing of a loop that drags nothing in', async () => {
  const tried = main(
    `export const theirs = ['a', 'b'].map((name) => other.task(name, async () => name));
     export const ours = own.task('ours', async () => theirs[1]!());`,
  );
  const bundle = await tried.bundle('own');
  expect(bundle.diagnostics).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toBe('b');
});

it('leaves out a loop of others that nothing needs', async () => {
  const tried = main(
    `import { theirs } from './theirs.js'; export const all = theirs; export const ours = own.task('ours', async () => 1);`,
    {
      'theirs.ts': `import { other } from './environments.js'; import { heavy } from 'heavy'; export const theirs = ['a', 'b'].map((name) => other.task(name, async () => heavy()));`,
    },
  );
  expect(await tried.bundle('own')).toMatchObject({ packages: [], diagnostics: [] });
});

const WRAPPER = `import { log } from './log.js';
export function make(env: any, name: string, fn: any) {
  return env.task(name, async (...args: any[]) => log([name, await fn(...args)]));
}`;

it('keeps functions that pass through a wrapper', async () => {
  const tried = main(
    `import { make } from './make.js';
     import { heavy } from 'heavy';
     import { light } from 'light';
     export const theirs = make(other, 'theirs', async () => heavy());
     export const ours = make(own, 'ours', async (n: number) => light(n));`,
    { 'make.ts': WRAPPER, 'log.ts': `export const log = <T>(x: T) => x;` },
  );
  const bundle = await tried.bundle('own');
  expect(bundle.packages.map(({ name }) => name)).toEqual(['heavy', 'light']);
  expect(bundle.diagnostics).toEqual([expect.objectContaining({ ...opaque, at: 'make.ts:3' })]);
  expect(bundle.diagnostics[0]?.message).toMatch(/needs heavy\.$/);
  const ran = await tried.run(bundle, 'own.ours', [3], {
    heavy: 'export const heavy = () => 0;',
    light: 'export const light = (n) => n * 2;',
  });
  expect(ran.result).toEqual(['ours', 6]);
});

it('registers tasks that functions of functions make', async () => {
  const tried = main(
    `import { setup } from './setup.js';
     import * as all from './setup.js';
     const made = setup('a');
     export const again = all.setup('b');
     class Lab { readonly run: any; constructor(name: string) { this.run = setup(name); } }
     const lab = new Lab('c');
     export const ours = own.task('ours', async () => 1);`,
    {
      'setup.ts': `import { own } from './environments.js'; import { make } from './make.js'; export function setup(name: string) { return make(own, name, async () => name); }`,
      'make.ts': WRAPPER,
      'log.ts': `export const log = <T>(x: T) => x;`,
    },
  );
  const ran = await tried.run(await tried.bundle('own'), 'own.b');
  expect(ran).toMatchObject({ result: ['b', 'b'], tasks: ['own.a', 'own.b', 'own.c', 'own.ours'] });
});

it('does not lose what a method called task adds', async () => {
  const tried = main(
    `import { heavy } from 'heavy';
     class Lab {
       constructor(readonly env: any) {}
       task(name: string, fn: any) { return this.env.task(name, async (...args: any[]) => ['lab', await fn(...args)]); }
     }
     export const theirs = new Lab(other).task('theirs', async () => heavy());
     export const ours = new Lab(own).task('ours', async () => theirs());`,
  );
  const bundle = await tried.bundle('own');
  expect(bundle).toMatchObject({ packages: [], diagnostics: [] });
  expect((await tried.run(bundle, 'own.ours')).result).toEqual(['lab', 'other.theirs']);
});

it('keeps the code of a call that did not run', async () => {
  const tried = main(
    `import { heavy } from 'heavy';
     import { light } from 'light';
     const remote = process.argv.length > 1000;
     const work = remote ? other.task('work', async () => heavy()) : own.task('work', async () => light());
     export const ours = own.task('ours', async () => work());`,
  );
  const bundle = await tried.bundle('own');
  expect(bundle.packages.map(({ name }) => name)).toEqual(['heavy', 'light']);
});

it('does not lose what a class of environments adds', async () => {
  const tried = main(
    `import { TaskEnvironment } from 'ambit';
     class Lab extends TaskEnvironment<string> {
       override task(name: any, fn: any): any { return super.task(name, async (...args: any[]) => ['lab', await fn(...args)]); }
       gpu(name: string, fn: any): any { return this.task(name, fn); }
     }
     export const lab = new Lab({ name: 'lab' });
     export const plain = lab.task('plain', async () => 1);
     export const gpu = lab.gpu('gpu', async () => 2);
     export const ours = own.task('ours', async () => [await plain(), await gpu()]);`,
  );
  const lab = await tried.bundle('lab');
  expect(await tried.run(lab, 'lab.gpu')).toMatchObject({ result: ['lab', 2], tasks: ['lab.gpu', 'lab.plain'] });
  expect((await tried.run(await tried.bundle('own'), 'own.ours')).calls[0]?.[0]).toBe('lab.plain');
});

it.each([
  ['arguments that are spread', `const args = ['ours', async () => 1] as const; export const ours = own.task(...args);`],
  [
    'an environment that is a parameter',
    `const define = (own: any) => own.task('ours', { retries: 2 }, async () => 1); export const ours = define(own);`,
  ],
  ['an environment out of a function', `const choose = () => own; export const ours = choose().task('ours', async () => 1);`],
  [
    'an environment in an object',
    `const all = { lab: { own } }; export const ours = all.lab.own.task('ours', { retries: 2 }, async () => 1);`,
  ],
  ['a task in a loop', `for (const name of ['ours']) own.task(name, async () => 1);`],
])('registers a task that is made with %s', async (_, code) => {
  const tried = main(code);
  expect(await tried.run(await tried.bundle('own'), 'own.ours')).toMatchObject({ result: 1, tasks: ['own.ours'] });
});
