import { it } from 'vitest';
import { BundleProject, codeOf } from './bundle-project.ts';
const ENVS = `import { TaskEnvironment } from 'ambit'; export const e = new TaskEnvironment({ name: 'e', dependsOn: [] }); export const f = new TaskEnvironment({ name: 'f' });\n`;
const envs = `import { e, f } from './envs.js'; import { isMain, Image } from 'ambit'; export { e, f };\n`;
async function show(name: string, files: Record<string, string>, env = 'e', task?: string, packages = {}) {
  const p = new BundleProject({ 'envs.ts': ENVS, ...files });
  p.install('ora', 'export default () => ({})');
  try {
    const b = await p.bundle(env);
    console.log(
      '=====',
      name,
      '\n' + codeOf(b),
      b.files.map((f) => f.path).join(' '),
      JSON.stringify([b.packages, b.calls, b.diagnostics]),
    );
    if (task) console.log(JSON.stringify(await p.run(b, task, [2], packages)));
  } catch (x: any) {
    console.log('=====', name, 'FAILED', x.stack, x.cause?.stack);
  }
  await p.remove();
}
it('x', async () => {
  await show(
    'multi',
    {
      'main.ts':
        envs +
        `import { heavy } from 'ora';
    export const ft = f.task('ft', async () => heavy()), gt = f.task('gt', () => K), K = String(heavy), L = 5, t = e.task('t', async (n) => [L, await gt()]), M = heavy; let q, r = heavy;`,
    },
    'e',
    'e.t',
  );
  await show(
    'assets',
    {
      'main.ts':
        envs +
        `import { readFileSync } from 'node:fs'; import { createRequire } from 'node:module'; import data from './data.json'; import pj from './package.json' with { type: 'json' };
    const require = createRequire(import.meta.url);
    export const ft = f.task('ft', () => readFileSync(new URL('./foreign.txt', import.meta.url)));
    export const t = e.task('t', async (n: number) => [readFileSync(new URL('./model v1.txt', import.meta.url), 'utf8'), require('./data.json').x, data.x, pj.type, new URL('./gone.txt', import.meta.url).pathname.slice(-8), import.meta.url.slice(-8)]);`,
      'model v1.txt': 'weights',
      'foreign.txt': 'f',
      'data.json': '{"x": 7}',
    },
    'e',
    'e.t',
  );
  await show(
    'cjs',
    {
      'main.ts':
        envs +
        `import c, { named } from './c.cjs'; export const t = e.task('t', async (n: number) => [c.v, named, require('node:path').sep, typeof __dirname]);`,
      'c.cjs': `const { heavy } = require('heavy'); exports.v = 1; exports.named = heavy;`,
    },
    'e',
    'e.t',
    { heavy: 'export const heavy = 1' },
  );
  await show(
    'subpath',
    {
      'package.json': '{"name":"p","type":"module","imports":{"#lib/*":"./lib/*.ts","#dep":{"node":"real-dep/sub","default":"x"}}}',
      'main.ts': envs + `import { v } from '#lib/v'; import { d } from '#dep'; export const t = e.task('t', async () => [v, d]);`,
      'lib/v.ts': `export const v = 3;`,
    },
    'e',
  );
  await show(
    'pattern',
    {
      'main.ts':
        envs +
        `export const t = e.task('t', async (n: number) => { const m = await import('./jobs/' + n + '.ts'); return m.default(n); });`,
      'jobs/1.ts': `export default (n: number) => n`,
      'jobs/2.ts': `import { f } from '../envs.js'; export const q = 1; const h = () => q; export default (n: number) => n * 2 + h()`,
    },
    'e',
    'e.t',
  );
  await show(
    'effects',
    {
      'package.json': '{"name":"p","type":"module","sideEffects":false}',
      'main.ts': `import { t } from './sub/t.js'; export { t }; export { e } from './envs.js'; export { u } from './u.js';`,
      'sub/t.ts': `import { e } from '../envs.js'; console.log('t'); export const t = e.task('t', async () => 1);`,
      'u.ts': `import { e } from './envs.js'; e.task('u', async () => 2); export const u = 1`,
    },
    'e',
    'e.u',
  );
  await show(
    'circle',
    {
      'main.ts': `import { e, f } from './envs.js'; import { b } from './b.js'; export { e, f }; export function a() { return 'a'; } export const t = e.task('t', async () => [a(), b()]);`,
      'b.ts': `import { a } from './main.js'; import { f } from './envs.js'; export function b() { return 'b' + a() + value; } const value = a() + '!'; export const ft = f.task('ft', () => a());`,
    },
    'e',
    'e.t',
  );
  await show(
    'jsx',
    {
      'tsconfig.json': '{"compilerOptions":{"jsx":"react-jsx"}}',
      'main.ts': `export * from './v.js'; export * from './envs.js'`,
      'v.tsx': `import { e } from './envs.js'; const C = () => <p>x</p>; export const t = e.task('t', () => <C />);`,
    },
    'e',
  );
  await show(
    'reg',
    {
      'main.ts':
        envs +
        `import { handlers } from './handlers.js'; import { z } from 'ora'; export const schema = { a: z }; export const t = e.task('t', { retries: 2, input: schema as any }, async (n: number) => handlers.size); export const g = f.task('g', { input: schema as any }, async () => 1);`,
      'handlers.ts': `export const handlers = new Map(); handlers.set('a', 1); const _ = handlers.set('b', 2);`,
    },
    'e',
    'e.t',
  );
});
