import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryProjects } from './projects.ts';

const project = temporaryProjects();

describe('a loaded project', () => {
  it('has what the entry exports, in the order of its text, and all that is reached from there', async () => {
    const loaded = await project({
      'main.ts': `
        import { TaskEnvironment } from 'ambit';
        import { last } from './parts/last.js';
        const inner = new TaskEnvironment({ name: 'inner', dependsOn: [last] });
        const own = new TaskEnvironment({ name: 'own', dependsOn: [inner] });
        export const zebra = new TaskEnvironment({ name: 'zebra' });
        export const run = own.task('run_it', async () => 1);
        own.task('quiet', async () => 2);
        export const again = run;
        export { own as ant };
        new TaskEnvironment({ name: 'unreached' });`,
      'parts/last.ts': `import { TaskEnvironment } from 'ambit';\nexport const last = new TaskEnvironment({ name: 'last' });`,
    }).load();
    expect(loaded.environments.map(({ definition, exportedAs }) => [definition.name, exportedAs])).toEqual([
      ['zebra', 'zebra'],
      ['own', 'ant'],
      ['inner', undefined],
      ['last', undefined],
    ]);
    expect(loaded.tasks.map(({ definition, exportedAs, environment }) => [definition.id, exportedAs, environment.name])).toEqual([
      ['own.run_it', 'run', 'own'],
      ['own.quiet', undefined, 'own'],
    ]);
    expect(Object.keys(loaded.exports)).toEqual(['zebra', 'run', 'again', 'ant']);
  });

  it('has overrides that the entry exports beside the tasks that they are of', async () => {
    const { tasks } = await project(`
      import { TaskEnvironment } from 'ambit';
      const env = new TaskEnvironment({ name: 'env' });
      const task = env.task('task', async (n: number) => n);
      export const quick = task.override({ retries: 2, description: 'quickly' });
      export const again = quick;
      export const big = task.override({ resources: { memory: '1Gi' } });
      export const main = env.task('main', { retries: 1 }, async () => 1);`).load();
    expect(tasks.map(({ definition, exportedAs, options, description }) => [definition.id, exportedAs, options, description])).toEqual([
      ['env.task', undefined, undefined, undefined],
      ['env.task', 'quick', { retries: { retries: 2 }, description: 'quickly' }, 'quickly'],
      ['env.task', 'big', { resources: expect.objectContaining({ memory: [2 ** 30, 2 ** 30] }) as unknown }, undefined],
      ['env.main', 'main', undefined, undefined],
    ]);
    expect(tasks[1]?.parameters).toEqual(tasks[0]?.parameters);
  });

  it('knows where everything stands, relative to the nearest package.json', async () => {
    const made = project({
      'flows/main.ts': `import { Image, TaskEnvironment } from 'ambit';
import { child } from './deep/child.js';
const image = Image.fromDebianBase()
  .withNpmPackages('a@1')
  .withEnv({ A: '1' });
export const env = new TaskEnvironment({
  name: 'env', image });
env
  .addDependency(child);
export const task = env.task('task', async () => 1);
export const clone = env
  .cloneWith({ name: 'clone' });`,
      'flows/deep/child.ts': `import { TaskEnvironment } from 'ambit';\n\nexport const child = new TaskEnvironment({ name: 'child' });`,
    });
    const { root, entry, environments, tasks } = await made.load('flows/main.ts');
    expect([root, entry]).toEqual([made.root, join(made.root, 'flows/main.ts')]);
    expect(Object.fromEntries(environments.map(({ definition }) => [definition.name, definition.at]))).toEqual({
      env: 'flows/main.ts:6',
      clone: 'flows/main.ts:12',
      child: 'flows/deep/child.ts:3',
    });
    expect(tasks[0]?.definition.at).toBe('flows/main.ts:10');
    const { image, dependsOn } = environments[0]!.definition;
    expect(typeof image === 'object' && image.layers.map(({ at }) => at)).toEqual(['flows/main.ts:4', 'flows/main.ts:5']);
    expect(dependsOn.map(({ at }) => at)).toEqual(['flows/main.ts:9']);
  });

  it('has its places relative to the folder of the entry where there is no package.json', async () => {
    const made = project();
    const outside = join(made.root, '../loose');
    made.write({ '../loose/main.js': 'export const x = 1;' });
    expect(await made.load('../loose/main.js')).toMatchObject({ root: outside, entry: join(outside, 'main.js') });
  });

  it('resolves relative paths of images from the module that makes the call', async () => {
    const { environments } = await project({
      'main.ts': `import { Image, TaskEnvironment } from 'ambit'; import { image } from './parts/image.js';
        export const env = new TaskEnvironment({ name: 'env', image: image.withRequirements('b.txt') });`,
      'parts/image.ts': `import { Image } from 'ambit'; export const image = Image.fromDebianBase().withRequirements('a.txt');`,
    }).load();
    const { image } = environments[0]!.definition;
    expect(typeof image === 'object' && image.layers.map((layer) => 'file' in layer && layer.file.replace(/.*project\//, ''))).toEqual([
      'parts/a.txt',
      'b.txt',
    ]);
  });

  it('follows a chain of 100,000 environments', async () => {
    const { environments } = await project(`import { TaskEnvironment } from 'ambit';
      let last = new TaskEnvironment({ name: 'e_0' });
      for (let i = 1; i < 100_000; i += 1) last = new TaskEnvironment({ name: 'e_' + i, dependsOn: [last] });
      export { last };`).load();
    expect(environments).toHaveLength(100_000);
    expect([environments[0]?.definition.name, environments.at(-1)?.definition.name]).toEqual(['e_99999', 'e_0']);
  });

  it('sees each environment of a diamond once, and does not end in a circle', async () => {
    const { environments } = await project(`import { TaskEnvironment } from 'ambit';
      const d = new TaskEnvironment({ name: 'd' });
      const b = new TaskEnvironment({ name: 'b', dependsOn: [d] });
      const c = new TaskEnvironment({ name: 'c', dependsOn: [d] });
      export const a = new TaskEnvironment({ name: 'a', dependsOn: [b, c] });
      d.addDependency(a);`).load();
    expect(environments.map(({ definition }) => definition.name)).toEqual(['a', 'b', 'd', 'c']);
  });

  it('takes tasks and environments of another copy of ambit, and of subclasses', async () => {
    const made = project(`import { TaskEnvironment } from 'ambit'; import { makeEnv } from 'toolbox';
      class Gpu extends TaskEnvironment { constructor(name: string) { super({ name, resources: { gpu: 1 } }); } }
      export const gpu = new Gpu('gpu');
      export const other = makeEnv();
      export const task = other.task('t', async () => 1);`);
    made.install(
      'toolbox',
      `import { TaskEnvironment } from 'ambit'; export const makeEnv = () => new TaskEnvironment({ name: 'other' });`,
    );
    made.install('ambit', (await import('./test-project.ts')).ambitModule(), { at: 'node_modules/toolbox' });
    const { environments, tasks } = await made.load();
    expect(environments.map(({ definition }) => [definition.name, definition.at])).toEqual([
      ['gpu', 'main.ts:3'],
      ['other', undefined],
    ]);
    expect(tasks.map(({ definition }) => [definition.id, definition.at])).toEqual([['other.t', 'main.ts:5']]);
  });

  it.each([
    [
      'a JavaScript module',
      { 'main.js': `import { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });` },
    ],
    [
      'a .mts module',
      { 'main.mts': `import { TaskEnvironment } from 'ambit'; export const env: TaskEnvironment = new TaskEnvironment({ name: 'env' });` },
    ],
    [
      'a CommonJS module',
      {
        'main.cjs': `const { makeEnv } = require('./make.cjs'); exports.env = makeEnv('env');`,
        'make.cjs': `const { TaskEnvironment } = require('ambit'); exports.makeEnv = (name) => new TaskEnvironment({ name });`,
      },
    ],
    ['a default export', { 'main.ts': `import { TaskEnvironment } from 'ambit'; export default new TaskEnvironment({ name: 'env' });` }],
    [
      'a re-export',
      {
        'main.ts': `export * from './parts.js';`,
        'parts.ts': `import { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });`,
      },
    ],
    [
      'a file with a byte order mark',
      { 'main.ts': `\uFEFFimport { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });` },
    ],
    [
      'a script with a first line for the shell',
      {
        'main.js': `#!/usr/bin/env node\nimport { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });`,
      },
    ],
    [
      'top-level await',
      {
        'main.ts': `const { TaskEnvironment } = await import('ambit'); await new Promise((done) => setTimeout(done, 1)); export const env = new TaskEnvironment({ name: 'env' });`,
      },
    ],
  ])('can be %s', async (_, files) => {
    const { environments } = await project(files).load(Object.keys(files)[0]);
    expect(environments.map(({ definition }) => definition.name)).toEqual(['env']);
  });

  it('may define nothing', async () => {
    expect(await project('export const answer = 42;').load()).toMatchObject({ exports: { answer: 42 }, environments: [], tasks: [] });
  });

  it('is what the link leads to where the entry is a link', async () => {
    const made = project('export const url = import.meta.url;');
    symlinkSync(join(made.root, 'main.ts'), join(made.root, 'link.ts'));
    expect((await made.load('link.ts')).entry).toBe(join(made.root, 'main.ts'));
  });

  it('runs its modules at each load, and its definitions are new each time', async () => {
    const made = project(`import { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });`);
    const [first, second, third] = [await made.load(), await made.load(), await made.load()];
    const definitions = [first, second, third].map(({ environments }) => environments[0]?.definition);
    expect(new Set(definitions).size).toBe(3);
  });

  it('is kept apart from one that is loaded at the same time', async () => {
    const code = (name: string): string => `import { TaskEnvironment } from 'ambit';
      const env = new TaskEnvironment({ name: '${name}' });
      export const first = env.task('first', async (${name}: string) => 1);
      await new Promise((done) => setTimeout(done, 20));
      export const second = env.task('second', async (${name}: number) => 2);`;
    const names = ['a', 'b', 'c'];
    const loaded = await Promise.all(names.map((name) => project(code(name)).load()));
    expect(
      loaded.map(({ tasks }) => tasks.map(({ definition, parameters }) => [definition.id, definition.at, parameters?.[0]?.name])),
    ).toEqual(
      names.map((name) => [
        [`${name}.first`, 'main.ts:3', name],
        [`${name}.second`, 'main.ts:5', name],
      ]),
    );
  });

  it('has bundles, each made once', async () => {
    const loaded = await project(`import { TaskEnvironment } from 'ambit';
      export const env = new TaskEnvironment({ name: 'env' });
      export const t = env.task('t', async () => 1);`).load();
    const { definition } = loaded.environments[0]!;
    const [first, second] = await Promise.all([loaded.bundle(definition), loaded.bundle(definition)]);
    expect(first).toBe(second);
    expect(first).toMatchObject({ environment: 'env', packages: [] });
  });
});
