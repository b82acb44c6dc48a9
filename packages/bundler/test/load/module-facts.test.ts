import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nativeImport } from '../../src/load/native-import.ts';
import { temporaryProjects } from './projects.ts';

const project = temporaryProjects();

describe('what a module has of its own', () => {
  it('is its own after bundling: import.meta', async () => {
    const code = (name: string): string => `const meta = import.meta;
      export const ${name} = { url: import.meta.url, ...meta, same: meta === import.meta, beside: new URL('./x.txt', import.meta.url).pathname,
        near: import.meta.resolve('./y.js'), far: import.meta.resolve('lib'), builtin: import.meta.resolve('node:fs') };`;
    const made = project({ 'main.ts': `${code('own')} export { deep } from './deep/er/b.js';`, 'deep/er/b.ts': code('deep') });
    made.install('lib', '');
    const { exports } = await made.load();
    const facts = (file: string): object => {
      const path = join(made.root, file);
      const near = pathToFileURL(join(path, '../y.js')).href;
      const far = pathToFileURL(join(made.root, 'node_modules/lib/index.js')).href;
      const url = pathToFileURL(path).href;
      return {
        url,
        filename: path,
        dirname: join(path, '..'),
        main: false,
        same: true,
        beside: join(path, '../x.txt'),
        near,
        far,
        builtin: 'node:fs',
      };
    };
    expect(exports.own).toMatchObject(facts('main.ts'));
    expect(exports.deep).toMatchObject(facts('deep/er/b.ts'));
  });

  it('is its own after bundling: what CommonJS gives', async () => {
    const made = project({
      'main.ts': `export { own } from './deep/b.js'; const __dirname = 'mine'; export const shadowed = { __dirname }; import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export const resolved = require.resolve('lib');`,
      'deep/b.ts': `export const own = { __dirname, file: __filename, resolved: require.resolve('lib'), join: typeof require('path').join, main: require.main === module, notMain: require.main !== module, label: { require: 1 }.require };`,
    });
    made.install('lib', '', { manifest: { type: 'commonjs' } });
    made.install('lib', '', { at: 'deep', manifest: { type: 'commonjs' } });
    expect((await made.load()).exports).toEqual({
      own: {
        __dirname: join(made.root, 'deep'),
        file: join(made.root, 'deep/b.ts'),
        resolved: join(made.root, 'deep/node_modules/lib/index.js'),
        join: 'function',
        main: false,
        notMain: true,
        label: 1,
      },
      shadowed: { __dirname: 'mine' },
      resolved: join(made.root, 'node_modules/lib/index.js'),
    });
  });

  it('decides what a computed import means', async () => {
    const made = project({
      'deep/b.ts': `export const load = (name: string) => import(name);`,
      'main.ts': `import { load } from './deep/b.js'; export const near = (await load('./c.mjs')).here; export const far = (await load('lib')).version; export const builtin = typeof (await load('fs')).readFile;`,
      'deep/c.mjs': `export const here = 'c';`,
    });
    made.install('lib', 'export const version = 1;');
    made.install('lib', 'export const version = 2;', { at: 'deep' });
    expect((await made.load()).exports).toEqual({ near: 'c', far: 2, builtin: 'function' });
  });

  it('includes the files that a computed path may mean', async () => {
    const made = project({
      'main.ts':
        'export const load = async (name: string) => (await import(`./parts/${name}.ts`)).default; export const a = await load("a");',
      'parts/a.ts': `export default 'a';`,
    });
    expect((await made.load()).exports.a).toBe('a');
    made.write({ 'parts/b.ts': `export default 'b';` });
    await expect(((await made.load()).exports.load as (name: string) => Promise<unknown>)('b')).resolves.toBe('b');
  });
});

describe('isMain', () => {
  const asked = `
    import { isMain, isMain as renamed, TaskEnvironment } from 'ambit';
    import * as ambit from 'ambit';
    export { asked as elsewhere } from './other.js';
    const ask = () => [isMain(import.meta), renamed(import.meta)];
    export const during = [...ask(), ambit.isMain(import.meta)];
    export const later = ask;
    export const shadowed = ((isMain: () => string) => isMain())(() => 'mine');`;

  it('is false in loaded code, whatever it is called and whenever', async () => {
    const { exports } = await project({
      'main.ts': asked,
      'other.ts': `export { isMain as handedOn } from 'ambit'; import { handedOn } from './hand.js'; export const asked = handedOn(import.meta);`,
      'hand.ts': `export { isMain as handedOn } from 'ambit';`,
    }).load();
    expect(exports).toMatchObject({ during: [false, false, false], elsewhere: false, shadowed: 'mine' });
    expect((exports.later as () => unknown)()).toEqual([false, false]);
  });

  it('is told by a fact of the load, which other code of the process does not see', async () => {
    const made = project(`import { loading } from 'probe'; export const seen: unknown[] = [loading()];
      await new Promise((done) => setTimeout(done, 30)); seen.push(loading()); export { loading };
      export const late = new Promise((done) => setTimeout(() => done(loading()), 60));`);
    made.install('probe', `export const loading = () => globalThis[Symbol.for('ambit.loading/1')];`);
    const probe = (await nativeImport(pathToFileURL(join(made.root, 'node_modules/probe/index.js')).href)) as { loading: () => unknown };
    const load = made.load();
    const outside: unknown[] = [];
    const timer = setInterval(() => outside.push(probe.loading()), 5);
    const { exports } = await load;
    clearInterval(timer);
    expect(exports.seen).toEqual([true, true]);
    expect(new Set(outside)).not.toContain(true);
    expect([probe.loading(), await exports.late]).toEqual([false, false]);
  });

  it('marks the import.meta of loaded code, so that it can be known later', async () => {
    const { exports } = await project(`export const meta = import.meta;`).load();
    expect((exports.meta as Record<symbol, unknown>)[Symbol.for('ambit.loaded/1')]).toBe(true);
  });
});
