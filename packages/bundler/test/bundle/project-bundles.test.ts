import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EnvironmentDefinition } from '@ambit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/bundle/digest.ts';
import { ProjectBundles } from '../../src/bundle/project-bundles.ts';
import type { Made, Observed } from '../../src/observation.ts';
import type { EnvironmentBundle } from '../../src/index.ts';
import { codeOf } from './bundle-project.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ambit-bundle-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a loader would see: these calls, each by its text. */
function observe(files: Readonly<Record<string, string>>, calls: readonly [string, string, ...Made[]][]): Observed {
  const root = join(folder, 'project');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const observations = calls.map(([path, call, ...made]) => {
    const start = files[path]?.indexOf(call) ?? -1;
    return { site: { file: join(root, path), start, end: start + call.length, at: `${path}:1` }, made };
  });
  const read = new Map(Object.entries(files).map(([path, text]) => [join(root, path), digestOf(text).slice('sha256:'.length)]));
  return {
    entry: join(root, 'main.ts'),
    root,
    observations,
    sources: digestOf(JSON.stringify(files)),
    files: read,
    changed: () => undefined,
  };
}

function task(environment: string, name: string): Made {
  return { kind: 'task', id: `${environment}.${name}`, name, environment };
}

function definition(name: string, tasks: EnvironmentDefinition['tasks'] = new Map()): EnvironmentDefinition {
  return { name, resources: {}, env: {}, dependsOn: [], tasks };
}

function bundle(observed: Observed, environment: EnvironmentDefinition): Promise<EnvironmentBundle> {
  return new ProjectBundles(observed, join(folder, 'cache')).bundle(environment);
}

const SIMPLE = {
  'main.ts': `import { TaskEnvironment } from 'ambit'; const own = new TaskEnvironment({ name: 'own' }), other = new TaskEnvironment({ name: 'other' }); export const theirs = other.task('b', async () => 2); export const ours = own.task('a', async () => theirs());`,
};
const CALLS: [string, string, ...Made[]][] = [
  ['main.ts', `other.task('b', async () => 2)`, task('other', 'b')],
  ['main.ts', `own.task('a', async () => theirs())`, task('own', 'a')],
];

/** The packs of the only project. */
function packs(): readonly string[] {
  const bundles = join(folder, 'cache', 'bundles');
  return readdirSync(bundles).flatMap((project) => readdirSync(join(bundles, project)).map((name) => join(bundles, project, name)));
}

it('gives an empty module for an environment without tasks', async () => {
  const observed = observe(SIMPLE, CALLS);
  rmSync(observed.root, { recursive: true });
  const made = await bundle(observed, definition('none'));
  expect(made).toMatchObject({ environment: 'none', entry: 'entry.js', packages: [], calls: [], diagnostics: [] });
  expect(codeOf(made)).toBe('');
  expect(existsSync(join(folder, 'cache'))).toBe(false);
});

it('needs no sources for what it made before', async () => {
  const observed = observe(SIMPLE, CALLS);
  const [own, other] = await Promise.all([bundle(observed, definition('own')), bundle(observed, definition('other'))]);
  expect(own?.calls).toEqual([{ task: 'other.b', environment: 'other', at: 'main.ts:1' }]);
  rmSync(observed.root, { recursive: true });
  expect(await bundle(observed, definition('own'))).toEqual(own);
  expect(await bundle(observed, definition('other'))).toEqual(other);
});

it('makes another bundle where calls made something else', async () => {
  const first = await bundle(observe(SIMPLE, CALLS), definition('own'));
  const second = await bundle(observe(SIMPLE, CALLS.slice(1)), definition('own'));
  expect(codeOf(first)).not.toContain('async () => 2');
  expect(codeOf(second)).toContain('async () => 2');
});

it.each([
  ['cut off', (data: Buffer) => data.subarray(0, -1)],
  ['another', (data: Buffer) => Buffer.from(data.map((byte, index) => (index === data.length - 1 ? byte + 1 : byte)))],
  ['nothing', () => Buffer.alloc(0)],
])('makes bundles again whose pack is %s', async (_, change) => {
  const observed = observe(SIMPLE, CALLS);
  const made = await bundle(observed, definition('own'));
  const [path = ''] = packs();
  writeFileSync(path, change(readFileSync(path)));
  expect(await bundle(observed, definition('own'))).toEqual(made);
  rmSync(observed.root, { recursive: true });
  expect(await bundle(observed, definition('own'))).toEqual(made);
  expect(packs()).toHaveLength(1);
});

it('goes on without a cache', async () => {
  writeFileSync(join(folder, 'cache'), 'a file where a folder should be');
  expect(codeOf(await bundle(observe(SIMPLE, CALLS), definition('own')))).toContain('own.a');
});

it('keeps a module whole that it cannot understand, and says so', async () => {
  const files = {
    'main.ts': `import { other } from 'elsewhere'; import { strange } from './strange.js'; export const theirs = other.task('b', async () => 2); export const ours = strange;`,
    'strange.js': `import { helper } from './helper.js'; import { own } from 'elsewhere'; export const strange = own.task('a', async () => helper());`,
    'helper.js': `export const helper = () => 1; export const unused = () => 2;`,
  };
  // The call is not where it was seen.
  const observed = observe(files, [
    ['main.ts', `other.task('b', async () => 2)`, task('other', 'b')],
    ['strange.js', `own.task('a',`, task('own', 'a')],
  ]);
  const made = await bundle(observed, definition('own'));
  expect(made.diagnostics).toEqual([
    expect.objectContaining({ code: 'AMBIT_BUNDLE_WHOLE_MODULE', severity: 'warning', at: 'strange.js:1' }),
  ]);
  expect(codeOf(made)).toContain('own.task("a"');
});

it('says of a task that no module defined', async () => {
  const lost = new Map([['lost', { id: 'own.lost', name: 'lost', policy: { retries: 0 }, at: 'main.ts:9' }]]);
  const made = await bundle(observe(SIMPLE, CALLS), definition('own', lost));
  expect(made.diagnostics).toEqual([expect.objectContaining({ code: 'AMBIT_BUNDLE_UNSEEN_TASK', at: 'main.ts:9', environment: 'own' })]);
});

it('says where code cannot be bundled', async () => {
  const files = {
    'main.ts': `import { own } from 'elsewhere';\nimport { x } from './gone.js';\nexport const ours = own.task('a', async () => x);`,
  };
  const observed = observe(files, [['main.ts', `own.task('a', async () => x)`, task('own', 'a')]]);
  await expect(bundle(observed, definition('own'))).rejects.toMatchObject({
    code: 'AMBIT_BUNDLE_FAILED',
    message: expect.stringContaining('main.ts:2') as string,
  });
});

describe('many environments', () => {
  const names = Array.from({ length: 40 }, (_, index) => `env${index}`);
  const texts = names.map((name, index) => {
    const before = index === 0 ? '1' : `env${index - 1}Task()`;
    return [
      `${name}.task('t', async () => ${before})`,
      `const ${name} = new TaskEnvironment({ name: '${name}' }); export const ${name}Task = `,
    ];
  });
  const files = {
    'main.ts': [`import { TaskEnvironment } from 'ambit';`, ...texts.map(([call, before]) => `${before}${call};`)].join('\n'),
  };
  const calls = texts.map(([call = ''], index): [string, string, Made] => ['main.ts', call, task(names[index]!, 't')]);
  const one = (bundles: ProjectBundles) => (name: string) => bundles.bundle(definition(name));

  it('have one pack where they are asked for at once, and few where one after the other', async () => {
    const observed = observe(files, calls);
    const together = await Promise.all(names.map(one(new ProjectBundles(observed, join(folder, 'cache')))));
    expect(packs()).toHaveLength(1);
    expect(together.map((made) => made.calls.map((call) => call.task))).toEqual([[], ...names.slice(0, -1).map((name) => [`${name}.t`])]);
    await rm(join(folder, 'cache'), { recursive: true });
    const bundles = new ProjectBundles(observed, join(folder, 'cache'));
    for (const [index, name] of names.entries()) expect(await bundles.bundle(definition(name))).toEqual(together[index]);
    expect(packs().length).toBeLessThan(16);
    await rm(observed.root, { recursive: true });
    expect(await Promise.all(names.map(one(new ProjectBundles(observed, join(folder, 'cache')))))).toEqual(together);
  });

  it('fail one by one', async () => {
    const broken = { 'main.ts': `${files['main.ts'].replace('=> env4Task()', '=> gone')}\nimport { gone } from './gone.js';` };
    const observed = observe(
      broken,
      calls.map((call, index) => (index === 5 ? ['main.ts', call[1].replace('env4Task()', 'gone'), call[2]] : call)),
    );
    const outcomes = await Promise.allSettled(names.map(one(new ProjectBundles(observed, join(folder, 'cache')))));
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([5]);
    expect(outcomes[5]).toMatchObject({ reason: { code: 'AMBIT_BUNDLE_FAILED', facts: { environment: 'env5', at: 'main.ts:42' } } });
  });
});
