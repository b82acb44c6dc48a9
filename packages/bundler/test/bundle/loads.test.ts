import { afterEach, expect, it } from 'vitest';
import { main, removeProjects } from './bundle-project.ts';

afterEach(removeProjects);

it('loads modules at run time, no sooner', async () => {
  const tried = main(
    `export const ours = own.task('ours', async () => {
       console.log('before');
       const lazy = await import('./lazy.js');
       return lazy.value();
     });`,
    {
      'lazy.ts': `import { shared } from './shared.js'; import 'heavy'; console.log('lazy'); export const value = () => shared;`,
      'shared.ts': `export const shared = Math.max(1, 2);`,
    },
  );
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([{ name: 'heavy', specifier: 'heavy', chain: ['main.ts:5', 'lazy.ts:1'], optional: false }]);
  const ran = await tried.run(bundle, 'own.ours', [], { heavy: `console.log('heavy');` });
  expect(ran).toMatchObject({ result: 2, printed: ['before', 'heavy', 'lazy'] });
});

it('takes of a loaded module what the code names', async () => {
  const tried = main(
    `export { theirs } from './lazy.js';
     export const ours = own.task('ours', async () => {
       const { value } = await import('./lazy.js');
       return [value(), await (await import('./lazy.js')).theirs()];
     });`,
    {
      'lazy.ts': `import { heavy } from 'heavy'; import { other } from './environments.js'; export const value = () => 1; export const theirs = other.task('theirs', async () => heavy()); export const more = () => heavy();`,
    },
  );
  const bundle = await tried.bundle('own');
  expect(bundle.packages).toEqual([]);
  expect((await tried.run(bundle, 'own.ours')).result).toEqual([1, 'other.theirs']);
});

it('loads by a path that is put together', async () => {
  const tried = main(`export const ours = own.task('ours', async (job: string) => (await import(\`./jobs/\${job}.ts\`)).default());`, {
    'jobs/one.ts': `import { one } from '../lib.js'; export default () => one;`,
    'jobs/two.ts': `import { two } from '../lib.js'; const keep = () => two(); export default keep;`,
    'lib.ts': `export const one = 1; export function two() { return 2; }`,
  });
  const bundle = await tried.bundle('own');
  expect((await tried.run(bundle, 'own.ours', ['two'])).result).toBe(2);
});

it('gives parts names that do not depend on comments', async () => {
  const files = (comment: string) => ({
    'a.ts': `${comment} import { shared } from './shared.js'; export const a = () => shared();`,
    'b.ts': `import { shared } from './shared.js'; export const b = () => shared();`,
    'shared.ts': `let n = 0; export const shared = () => ++n;`,
  });
  const code = `export const ours = own.task('ours', async () => [(await import('./a.js')).a(), (await import('./b.js')).b()]);`;
  const tried = main(code, files(''));
  const bundle = await tried.bundle('own');
  expect((await tried.run(bundle, 'own.ours')).result).toEqual([1, 2]);
  const commented = await main(code, files('/* a\n comment */')).bundle('own');
  expect(commented.files.map(({ path }) => path)).toEqual(bundle.files.map(({ path }) => path));
  expect(commented.digest).toBe(bundle.digest);
});
