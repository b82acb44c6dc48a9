import { describe, expect, it } from 'vitest';
import type { LoadedTask, Parameter } from '../../src/index.ts';
import { temporaryProjects } from '../load/projects.ts';
import type { Files } from '../load/test-project.ts';

const project = temporaryProjects();

async function tasks(files: Files | string): Promise<readonly LoadedTask[]> {
  const head = `import { TaskEnvironment } from 'ambit'; import type { File, Directory } from 'ambit'; const env = new TaskEnvironment({ name: 'env' });\n`;
  const all = typeof files === 'string' ? { 'main.ts': files } : files;
  return (await project({ ...all, 'main.ts': `${head}${all['main.ts']}\nexport { env };` }).load()).tasks;
}

/** The first parameter of a task with these parameters. */
async function parameter(params: string, before = ''): Promise<Parameter> {
  const [task] = await tasks(`${before}\nenv.task('t', async (${params}) => {});`);
  return task!.parameters![0]!;
}

const plain = { optional: false, rest: false };
const optional = { optional: true, rest: false };

describe('parameters of a task', () => {
  it.each<[string, string, object]>([
    ['a text', 'x: string', { kind: 'string' }],
    ['a number', 'x: number', { kind: 'number' }],
    ['a yes or no', 'x: boolean', { kind: 'boolean' }],
    ['a bigint', 'x: bigint', { kind: 'bigint' }],
    ['a date', 'x: Date', { kind: 'date' }],
    ['a URL', 'x: URL', { kind: 'url' }],
    ['a file', 'x: File', { kind: 'file' }],
    ['a directory', 'x: Directory', { kind: 'directory' }],
    ['a pattern of text', 'x: `id-${number}`', { kind: 'string' }],
    ['a choice', `x: 'fast' | 'slow'`, { kind: 'enum', values: ['fast', 'slow'] }],
    ['a choice of numbers', 'x: 1 | -2', { kind: 'enum', values: [1, -2] }],
    ['a single choice', `x: 'only'`, { kind: 'enum', values: ['only'] }],
    ['true or false', 'x: true | false', { kind: 'boolean' }],
    ['a choice that is open', `x: 'A100' | (string & {})`, { kind: 'string' }],
    ['a list', 'x: string[]', { kind: 'list', of: { kind: 'string' } }],
    ['a list in words', 'x: ReadonlyArray<number>', { kind: 'list', of: { kind: 'number' } }],
    ['a list that stays', 'x: readonly Date[]', { kind: 'list', of: { kind: 'date' } }],
    ['a list of choices', `x: ('a' | 'b')[]`, { kind: 'list', of: { kind: 'enum', values: ['a', 'b'] } }],
    ['anything', 'x: unknown', { kind: 'json' }],
    ['a mixture', 'x: string | number', { kind: 'json' }],
    ['a pair', 'x: [number, number]', { kind: 'json' }],
    ['a record', 'x: Record<string, number>', { kind: 'json' }],
    ['a type nobody knows', 'x: Nowhere', { kind: 'json' }],
    ['no type', 'x', { kind: 'untyped' }],
    ['null too', 'x: number | null', { kind: 'number' }],
  ])('know %s', async (_, params, expected) => {
    expect(await parameter(params)).toEqual({ name: 'x', ...plain, ...expected });
  });

  it.each<[string, string, object]>([
    ['a question mark', 'x?: number', { kind: 'number' }],
    ['undefined', 'x: number | undefined', { kind: 'number' }],
    ['a default', 'x: number = 3 * 2', { kind: 'number', default: '3 * 2' }],
    ['a number as default', 'x = -1.5', { kind: 'number', default: '-1.5' }],
    ['a text as default', `x = 'a'`, { kind: 'string', default: `'a'` }],
    ['a template as default', 'x = `a${1}`', { kind: 'string', default: '`a${1}`' }],
    ['a flag as default', 'x = false', { kind: 'boolean', default: 'false' }],
    ['a bigint as default', 'x = 10n', { kind: 'bigint', default: '10n' }],
    ['a date as default', 'x = new Date(0)', { kind: 'date', default: 'new Date(0)' }],
    ['a list as default', `x = ['a'] as string[]`, { kind: 'list', of: { kind: 'string' }, default: `['a'] as string[]` }],
    ['an empty list as default', 'x = []', { kind: 'list', of: { kind: 'untyped' }, default: '[]' }],
    ['an expression as default', 'x = compute()', { kind: 'json', default: 'compute()' }],
  ])('may be left out: %s', async (_, params, expected) => {
    expect(await parameter(params)).toEqual({ name: 'x', ...optional, ...expected });
  });

  it('repeat where they are the rest', async () => {
    expect(await parameter('...names: string[]')).toEqual({
      name: 'names',
      kind: 'list',
      of: { kind: 'string' },
      optional: true,
      rest: true,
    });
    expect(await parameter('...names')).toEqual({ name: 'names', kind: 'untyped', optional: true, rest: true });
  });

  it('leave out what only TypeScript sees', async () => {
    const [task] = await tasks(`env.task('t', async function (this: void, x: string) {});`);
    expect(task!.parameters).toEqual([{ name: 'x', kind: 'string', ...plain }]);
  });

  it('have fields', async () => {
    const field = { ...plain };
    expect(await parameter(`x: { a: string; 'b-c'?: number; d: number | undefined; e(): void; [key: string]: unknown }`)).toEqual({
      name: 'x',
      kind: 'object',
      fields: [
        { name: 'a', kind: 'string', ...field },
        { name: 'b-c', kind: 'number', ...optional },
        { name: 'd', kind: 'number', ...optional },
      ],
      ...plain,
    });
  });

  it('have names of their own where several are taken apart', async () => {
    const [task] = await tasks(`env.task('t', async ({ a }: { a: string }, input: number, [b]: [number], { c } = { c: 1 }) => {});`);
    expect(task!.parameters!.map(({ name }) => name)).toEqual(['input2', 'input', 'input3', 'input4']);
  });

  it('have fields with defaults where they are taken apart', async () => {
    expect(await parameter(`{ fast = true, name, ...others }: { name: string; fast?: boolean; depth: number }`)).toEqual({
      name: 'input',
      kind: 'object',
      fields: [
        { name: 'name', kind: 'string', ...plain },
        { name: 'fast', kind: 'boolean', ...optional, default: 'true' },
        { name: 'depth', kind: 'number', ...plain },
      ],
      ...plain,
    });
    expect(await parameter(`{ fast = true, name: renamed, count = 2 } = {}`)).toEqual({
      name: 'input',
      kind: 'object',
      fields: [
        { name: 'fast', kind: 'boolean', ...optional, default: 'true' },
        { name: 'name', kind: 'untyped', ...plain },
        { name: 'count', kind: 'number', ...optional, default: '2' },
      ],
      ...optional,
      default: '{}',
    });
  });

  it.each<[string, string, string, object]>([
    ['an alias', 'type Name = string;', 'Name', { kind: 'string' }],
    ['an alias that is declared later', '', 'Later', { kind: 'number' }],
    ['an enum', `enum Colour { Red = 'red', Blue = 'blue' }`, 'Colour', { kind: 'enum', values: ['red', 'blue'] }],
    ['an enum that counts', 'enum Level { Low, Mid = 5, High }', 'Level', { kind: 'enum', values: [0, 5, 6] }],
    ['an enum that is computed', 'enum Flag { A = 1 << 2 }', 'Flag', { kind: 'json' }],
    ['the items of a constant', `const models = ['a', 'b'] as const;`, '(typeof models)[number]', { kind: 'enum', values: ['a', 'b'] }],
    ['the keys of a constant', 'const sizes = { small: 1, big: 2 };', 'keyof typeof sizes', { kind: 'enum', values: ['small', 'big'] }],
    [
      'the values of a constant',
      'const sizes = { small: 1, big: 2 } as const;',
      '(typeof sizes)[keyof typeof sizes]',
      { kind: 'enum', values: [1, 2] },
    ],
    [
      'a type that is never to be changed',
      'type A = { a: string };',
      'Readonly<A>',
      { kind: 'object', fields: [{ name: 'a', kind: 'string', ...plain }] },
    ],
    [
      'a type of which nothing is needed',
      'type A = { a: string };',
      'Partial<A>',
      { kind: 'object', fields: [{ name: 'a', kind: 'string', ...optional }] },
    ],
    [
      'two types together',
      'type A = { a: string }; interface B { b: number }',
      'A & B',
      {
        kind: 'object',
        fields: [
          { name: 'a', kind: 'string', ...plain },
          { name: 'b', kind: 'number', ...plain },
        ],
      },
    ],
    [
      'an interface that extends',
      'interface A { a: string; b: string } interface B extends A { b: number }',
      'B',
      {
        kind: 'object',
        fields: [
          { name: 'a', kind: 'string', ...plain },
          { name: 'b', kind: 'number', ...plain },
        ],
      },
    ],
    [
      'a generic type',
      'type Box<T> = { value: T };',
      'Box<string>',
      { kind: 'object', fields: [{ name: 'value', kind: 'json', ...plain }] },
    ],
  ])('know types of their module: %s', async (_, before, type, expected) => {
    expect(await parameter(`x: ${type}`, `${before}\ntype Later = number;`)).toEqual({ name: 'x', ...plain, ...expected });
  });

  it('know types that hold themselves, as far as that goes', async () => {
    const shown = JSON.stringify(await parameter('x: Tree', 'interface Tree { left: Tree; right?: Tree; self: Tree[] } type Loop = Loop;'));
    expect(shown).toContain('"kind":"json"');
    expect(shown.length).toBeLessThan(20_000);
    expect(await parameter('x: Loop', 'type Loop = Loop | Loop[];')).toMatchObject({ kind: 'json' });
    expect(await parameter('x: A', 'interface A extends B { a: 1 } interface B extends A { b: 1 }')).toMatchObject({ kind: 'object' });
  });

  it('know types of other modules of the project', async () => {
    const [task] = await tasks({
      'main.ts': `import type { Options, Renamed } from './types.js';
        import { type Mode } from './modes/index.js';
        import type Main from '@/main-type';
        import { Level } from './level.js';
        env.task('t', async (a: Options, b: Renamed, c: Mode, d: Main, e: Level, f: Missing) => Level.Low);
        import type { Missing } from './missing.js';`,
      'types.ts': `import type { Base } from './base.js';
        export interface Options extends Base { own: number }
        type Inner = boolean; export type { Inner as Renamed };`,
      'base.d.ts': 'export interface Base { base: string }',
      'modes/index.ts': `export * from './mode.js';`,
      'modes/mode.ts': `export type Mode = 'a' | 'b';`,
      'src/main-type.ts': 'type Main = Date; export default interface Shape { at: Main }',
      'level.ts': 'export enum Level { Low, High }',
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
    });
    expect(task!.parameters).toMatchObject([
      {
        name: 'a',
        kind: 'object',
        fields: [
          { name: 'base', kind: 'string' },
          { name: 'own', kind: 'number' },
        ],
      },
      { name: 'b', kind: 'boolean' },
      { name: 'c', kind: 'enum', values: ['a', 'b'] },
      { name: 'd', kind: 'object', fields: [{ name: 'at', kind: 'date' }] },
      { name: 'e', kind: 'enum', values: [0, 1] },
      { name: 'f', kind: 'json' },
    ]);
  });

  it.each<[string, string]>([
    ['declared before', `async function fn(x: string) {}\nenv.task('t', fn);`],
    ['declared after', `env.task('t', fn);\nasync function fn(x: string) {}`],
    ['a constant', `const fn = async (x: string) => {};\nenv.task('t', fn);`],
    ['behind options', `env.task('t', { retries: 1 }, async (x: string) => {});`],
    ['with a type', `env.task('t', (async (x: string) => {}) satisfies (x: string) => unknown);`],
    ['of an overloaded function', `function fn(x: string): void;\nfunction fn(x: string) {}\nenv.task('t', fn);`],
  ])('are those of the function: %s', async (_, code) => {
    const [task] = await tasks(code);
    expect(task!.parameters).toEqual([{ name: 'x', kind: 'string', ...plain }]);
  });

  it('are those of a function of another module', async () => {
    const [task] = await tasks({
      'main.ts': `import { work as job } from './work.js'; env.task('t', job);`,
      'work.ts': `type Name = string;\n/** Works hard. */\nexport async function work(x: Name) {}`,
    });
    expect(task).toMatchObject({ description: 'Works hard.', parameters: [{ name: 'x', kind: 'string' }] });
  });

  it.each<[string, string]>([
    ['a function that something else made', `const wrap = (fn: any) => fn;\nenv.task('t', wrap(async (x: string) => {}));`],
    ['a function that is handed in', `const define = (fn: any) => env.task('t', fn);\ndefine(async () => {});`],
    ['a function of a package', `import { inspect } from 'node:util';\nenv.task('t', inspect);`],
  ])('are not there where the code does not say: %s', async (_, code) => {
    const [task] = await tasks(code);
    expect(task).not.toHaveProperty('parameters');
  });

  it('are those of the call that has the function, where one goes through another', async () => {
    const [task] = await tasks(
      `const team = { task(name: string, fn: any) { return env.task(name, fn); } };\nteam.task('t', async (x: string) => {});`,
    );
    expect(task!.parameters).toEqual([{ name: 'x', kind: 'string', ...plain }]);
  });

  it('are each those of its own task, where one environment has several', async () => {
    const all = await tasks(
      `env.task('a', async (x: string) => {}); env.task('b', async (y: number) => {}); env.task('c', async () => {});`,
    );
    expect(all.map(({ definition, parameters }) => [definition.name, parameters?.map(({ name }) => name)])).toEqual([
      ['a', ['x']],
      ['b', ['y']],
      ['c', []],
    ]);
  });
});

describe('what comments say', () => {
  it('describes the task and its parameters', async () => {
    const [task] = await tasks(`
/**
 * Folds a sequence.
 * It takes long.
 *
 * Needs a GPU.
 *
 * @param sequence - Amino acids,
 *   one letter each
 * @param {number} [depth=3] How deep
 * @param options.fast Skip the
 *   checks
 * @returns the parts
 */
export const fold = env.task('t', async (sequence: string, depth = 3, options: Options, /** Where it goes */ out: string) => []);
interface Options {
  fast?: boolean;
  /** Seeds to try */
  seeds: number[];
}`);
    expect(task!.description).toBe('Folds a sequence. It takes long.\n\nNeeds a GPU.');
    expect(task!.parameters).toMatchObject([
      { name: 'sequence', description: 'Amino acids, one letter each' },
      { name: 'depth', description: 'How deep' },
      {
        name: 'options',
        fields: [
          { name: 'fast', description: 'Skip the checks' },
          { name: 'seeds', description: 'Seeds to try' },
        ],
      },
      { name: 'out', description: 'Where it goes' },
    ]);
    expect(task!.parameters![2]).not.toHaveProperty('description');
  });

  it.each<[string, string, string | undefined]>([
    ['before a bare call', `/** Said. */\nenv.task('t', async () => {});`, 'Said.'],
    ['before a declaration of several', `export const a = 1,\n  /** Said. */\n  b = env.task('t', async () => {});`, 'Said.'],
    ['before a property', `/** Not this. */\nexport const all = {\n  /** Said. */\n  t: env.task('t', async () => {}),\n};`, 'Said.'],
    ['before the whole of an object', `/** Not this. */\nexport const all = { t: env.task('t', async () => {}) };`, undefined],
    ['before a field', `export class All {\n  /** Said. */\n  static t = env.task('t', async () => {});\n}`, 'Said.'],
    ['before the function itself', `env.task('t', fn);\n/** Said. */\nasync function fn() {}`, 'Said.'],
    ['in a line comment', `// Not this.\nexport const t = env.task('t', async () => {});`, undefined],
    ['in a plain comment', `/* Not this. */\nexport const t = env.task('t', async () => {});`, undefined],
    ['before something else', `/** Not this. */\nconst a = 1;\nexport const t = env.task('t', async () => {});`, undefined],
    ['only about parameters', `/** @param x Not this. */\nexport const t = env.task('t', async (x: string) => {});`, undefined],
    [
      'as an option, which comes first',
      `/** Not this. */\nexport const t = env.task('t', { description: 'Option.' }, async () => {});`,
      'Option.',
    ],
  ])('is found %s', async (_, code, expected) => {
    expect((await tasks(code))[0]!.description).toBe(expected);
  });
});
