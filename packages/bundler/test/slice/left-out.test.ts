import { afterEach, expect, it } from 'vitest';
import { main, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

it('leaves out what only tasks of other environments use, through all modules', async () => {
  const project = main(
    `import { heavy } from 'heavy';
     import { deep } from './deep.js';
     const model = load();
     function load() { return heavy; }
     export const theirs = other.task('theirs', { retries: 3 }, async () => deep(model));
     export const ours = own.task('ours', async (n: number) => theirs(n + 1));`,
    {
      'deep.ts': `import { still } from './deeper.js'; export function deep(x: unknown) { return still(x); }`,
      'deeper.ts': `import 'setup'; import { heavier } from 'heavier'; console.log('deeper'); export const still = (x: unknown) => heavier(x);`,
    },
  );
  project.install('heavy', 'export const heavy = {};');
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  const ran = await project.run(bundle, 'own.ours', [1]);
  expect(ran).toEqual({ result: 'other.theirs', tasks: ['own.ours'], calls: [['other.theirs', [2]]], printed: [] });
});

it('knows a shadowed name from the one it hides', async () => {
  const project = main(
    `import { heavy } from 'heavy';
     export const theirs = other.task('theirs', async () => heavy());
     function add(heavy: number, { theirs } = { theirs: 2 }) {
       for (const other of [1]) heavy += other;
       try { throw 3; } catch (own) { heavy += own as number; }
       return heavy + theirs;
     }
     export const ours = own.task('ours', async (n: number) => add(n));`,
  );
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect(bundle.calls).toEqual([]);
  expect((await project.run(bundle, 'own.ours', [10])).result).toBe(16);
});

it('sees through a variable of a body that has the name of what a default uses', async () => {
  const project = main(
    `const base = [1, 2].length;
     function grow(by = base) { var base = 10; return by + base; }
     export const ours = own.task('ours', async () => grow());`,
  );
  expect((await project.run(await project.bundle('own'), 'own.ours')).result).toBe(12);
});

it('takes no type for a use', async () => {
  const project = main(
    `import { schema, type Row } from './schema.js';
     import { Shape } from './shape.js';
     export const theirs = other.task('theirs', async (row: Row) => schema.parse(row));
     type Parsed = typeof schema;
     export const ours = own.task('ours', async (row: Row, shape?: Shape) => ({ ...row, shape } as Row & { parsed?: Parsed }));`,
    {
      'schema.ts': `import { z } from 'zod'; export interface Row { n: number } export const schema = z.object({});`,
      'shape.ts': `import 'shapes'; export interface Shape { sides: number } console.log('shape');`,
    },
  );
  project.install('zod', 'export const z = { object: () => ({}) };');
  project.install('shapes', '');
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await project.run(bundle, 'own.ours', [{ n: 1 }])).result).toEqual({ n: 1 });
});

it.each([
  ['an if', `if (isMain(import.meta)) { const { run } = await import('runner'); run(ours, ora()); }`],
  ['an alias', `if (am(import.meta)) ora();`],
  ['a namespace', `if (ambit.isMain(import.meta) && process.argv.length > 1) ora();`],
  ['an else', `if (!isMain(import.meta)) {} else ora();`],
  ['an operator', `isMain(import.meta) && ora();`],
  ['a condition', `const spinner = isMain(import.meta) ? ora() : undefined; export { spinner };`],
  ['a constant', `const asProgram = isMain(import.meta); if (asProgram) ora();`],
  ['a function', `function start() { if (isMain(import.meta)) ora(); } start();`],
])('knows that code is not the main program: %s', async (_, code) => {
  const project = main(
    `import * as ambit from 'ambit';
     import { isMain, isMain as am } from 'ambit';
     import ora from 'ora';
     const options = { color: ora };
     export const ours = own.task('ours', async () => [am(import.meta), isMain(import.meta)]);
     ${code}`,
  );
  project.install('ora', 'export default () => {};');
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await project.run(bundle, 'own.ours')).result).toEqual([false, false]);
});

it('drops single variables of a declaration', async () => {
  const project = main(
    `import { heavy } from 'heavy';
     export const theirs = other.task('theirs', async () => held()), held = wrap(heavy), ours = own.task('ours', async () => [size, await theirs()]), size = wrap(5)();
     function wrap<T>(x: T) { return () => x; }`,
  );
  project.install('heavy', 'export const heavy = {};');
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await project.run(bundle, 'own.ours')).result).toEqual([5, 'other.theirs']);
});

it('does not carry what only the engine reads', async () => {
  const project = main(
    `import { TaskEnvironment, Image } from 'ambit';
     import { limits } from './limits.js';
     const image = Image.fromDebianBase().withNpmPackages('nanoid@5');
     export const lab = new TaskEnvironment({ name: 'lab', image, resources: { memory: limits.memory }, dependsOn: [other] });
     export const ours = lab.task('ours', { retries: limits.retries }, async () => lab.name);`,
    { 'limits.ts': `export const limits = { memory: '1Gi' as const, retries: [1, 2].length }; console.log('limits');` },
  );
  const bundle = await project.bundle('lab');
  expect(await project.run(bundle, 'lab.ours')).toEqual({ result: 'lab', tasks: ['lab.ours'], calls: [], printed: [] });
});
