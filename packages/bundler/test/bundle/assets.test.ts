import { afterEach, expect, it } from 'vitest';
import { main, removeProjects } from './bundle-project.ts';

afterEach(removeProjects);

it('brings the files beside a module that live code asks for', async () => {
  const tried = main(
    `import { readFileSync } from 'node:fs';
     import { createRequire } from 'node:module';
     export { theirs } from './sub/theirs.js';
     import { weights } from './sub/weights.js';
     const settings = createRequire(import.meta.url)('./settings.json');
     export const ours = own.task('ours', async () => [readFileSync(new URL('./a file.txt', import.meta.url), 'utf8'), weights(), settings.x, import.meta.resolve('./a file.txt').slice(-10)]);`,
    {
      'a file.txt': 'text',
      'settings.json': '{"x": 7}',
      'sub/weights.ts': `import { readFileSync } from 'node:fs'; export const weights = () => readFileSync(new URL('../data/weights.bin', import.meta.url), 'utf8');`,
      'data/weights.bin': 'weights',
      'sub/theirs.ts': `import { other } from '../environments.js'; export const theirs = other.task('theirs', async () => new URL('./theirs.txt', import.meta.url).href);`,
      'sub/theirs.txt': 'theirs',
    },
  );
  const bundle = await tried.bundle('own');
  expect(bundle.files.map(({ path }) => path.replace(/[0-9a-f]{12}/, 'DIGEST')).sort()).toEqual([
    'assets/DIGEST-a_file.txt',
    'assets/DIGEST-settings.json',
    'assets/DIGEST-weights.bin',
    'entry.js',
    'entry.js.map',
  ]);
  expect((await tried.run(bundle, 'own.ours')).result).toEqual(['text', 'weights', 7, 'a_file.txt']);
});

it('warns of a file that is not there', async () => {
  const bundle = await main(`export const ours = own.task('ours', async () => new URL('./gone.txt', import.meta.url).href);`).bundle('own');
  expect(bundle.diagnostics).toEqual([expect.objectContaining({ code: 'AMBIT_BUNDLE_NO_FILE', severity: 'warning', at: 'main.ts:3' })]);
});

it('makes a bundle anew when an asset is another', async () => {
  const tried = main(
    `import { readFileSync } from 'node:fs'; export const ours = own.task('ours', async () => readFileSync(new URL('./a.txt', import.meta.url), 'utf8'));`,
    { 'a.txt': 'first' },
  );
  const first = await tried.bundle('own');
  tried.write({ 'a.txt': 'second' });
  const second = await tried.bundle('own');
  expect(second.digest).not.toBe(first.digest);
  expect((await tried.run(second, 'own.ours')).result).toBe('second');
});
