import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { EnvironmentBundle } from '../../src/index.ts';
import type { Files } from '../load/test-project.ts';
import { codeOf, environments, project, removeProjects } from './bundle-project.ts';

afterEach(removeProjects);

const names = ['a', 'b', 'c'];
/** A task for each environment, which uses this. */
const tasks = (use: string): string =>
  names.map((name) => `export const ${name}Task = ${name}.task('t', async () => [${use}, '${name}']);`).join('\n');
const HEAD = `import { a, b, c } from './environments.js';\nexport { a, b, c };\n`;

it.each<[string, Files]>([
  [
    'modules',
    {
      'main.ts': `${HEAD}import { x } from './x.js';\n${tasks('x()')}`,
      'x.ts': `import { y } from './deep/y.js';\nexport const x = () => y;\nexport * from './deep/z.js';`,
      'deep/y.ts': `import './z.js';\nexport const y = 1;`,
      'deep/z.ts': `console.log('runs');\nexport const z = 1;`,
    },
  ],
  [
    'modules that go round in circles',
    {
      'main.ts': `${HEAD}import { x } from './x.js';\n${tasks('x()')}`,
      'x.ts': `import { y } from './y.js';\nexport const x = () => y();\nexport const end = 1;`,
      'y.ts': `import { end } from './x.js';\nexport const y = () => end;`,
    },
  ],
  [
    'data',
    {
      'main.ts': `${HEAD}import data from './data.json' with { type: 'json' };\nimport { list } from './data.json';\n${tasks('data.list, list')}`,
      'data.json': '{ "list": [1] }',
    },
  ],
  [
    'aliases',
    {
      'main.ts': `${HEAD}import { x } from '@/x';\nimport { y } from 'exact';\n${tasks('x, y')}`,
      'src/x.ts': `export const x = 1;`,
      'src/y.ts': `export const y = 2;`,
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"], "exact": ["./src/y.ts"] } } }',
    },
  ],
  [
    'names of package.json',
    {
      'main.ts': `${HEAD}import { x } from '#x';\nimport { far } from '#far';\n${tasks('x, far')}`,
      'x.ts': `export const x = 1;`,
      'package.json': '{ "type": "module", "imports": { "#x": "./x.ts", "#far": "far/deep" } }',
    },
  ],
  [
    'what a tsconfig.json says',
    {
      'main.ts': `${HEAD}import { View } from './view.js';\n${tasks('new View().render()')}`,
      'view.tsx': `const seen = (target: unknown): void => void target;\n@seen\nexport class View { x = 1; render() { return <p>text</p>; } }`,
      'tsconfig.json':
        '{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false, "jsx": "react-jsx", "jsxImportSource": "views" } }',
    },
  ],
  [
    'packages',
    {
      'main.ts': `${HEAD}import { x } from './x.js';\nimport lib from 'lib';\n${tasks('x, lib')}`,
      'x.ts': `import { deep } from '@scope/lib/deep';\nexport const x = () => deep;`,
    },
  ],
  [
    'a package that says it has no effects',
    {
      'main.ts': `${HEAD}import { x } from './x.js';\n${tasks('x')}`,
      'x.ts': `console.log('effect');\nexport const x = 1;`,
      'package.json': '{ "type": "module", "sideEffects": false }',
    },
  ],
  [
    'modules that are loaded later',
    {
      'main.ts': `${HEAD}import { y } from './y.js';\nexport const aTask = a.task('t', async () => (await import('./x.js')).x);\nexport const bTask = b.task('t', async () => y);\nexport const cTask = c.task('t', async () => y + 1);`,
      'x.ts': `export const x = 1;`,
      'y.ts': `export const y = 1;`,
    },
  ],
  [
    'modules that are required',
    {
      'main.ts': `${HEAD}import x = require('./x.cjs');\nimport { y } from './y.js';\n${tasks('y')}\nexport const more = a.task('more', async () => x.x);`,
      'x.cjs': `exports.x = require('./z.cjs');`,
      'z.cjs': 'module.exports = 1;',
      'y.ts': `export const y = 1;`,
    },
  ],
  [
    'text that looks like the seams',
    { 'main.ts': `${HEAD}${tasks(`'//# sourceMappingURL=entry-1.js.map', \`\n//# sourceMappingURL=entry-1.js.map\``)}` },
  ],
  ['text that looks like what tells modules apart', { 'main.ts': `${HEAD}${tasks(`'main.ts?ambit-slice-1'`)}` }],
])('bundles that are made together are as if each had been made alone: %s', async (_, files) => {
  const made = project({ 'environments.ts': environments(...names), ...files });
  for (const name of ['views', 'lib', '@scope/lib', 'far'])
    made.install(name, 'export const jsx = 1, deep = 1, far = 1; export default 1;', {
      manifest: { exports: { './*': './index.js', '.': './index.js' } },
    });
  const all = async (): Promise<readonly EnvironmentBundle[]> => {
    const loaded = await made.load();
    return Promise.all(loaded.environments.map(({ definition }) => loaded.bundle(definition)));
  };
  const together = await all();
  expect(await all()).toEqual(together);
  await rm(join(made.cacheDirectory, 'bundles'), { recursive: true });
  const alone: EnvironmentBundle[] = [];
  for (const name of names) {
    alone.push(await made.bundle(name));
    await rm(join(made.cacheDirectory, 'bundles'), { recursive: true });
  }
  expect(together.map(codeOf)).toEqual(alone.map(codeOf));
  expect(together).toEqual(alone);
});
