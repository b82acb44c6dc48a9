// Checked by tsc, never run: what the types of the public API accept, refuse, and say.
import { Image, TaskEnvironment } from '../../src/index.ts';
import type { MapCall, Outcome, StandardSchemaV1 } from '@ambit/plugin-api';
import type {
  AnyEnvironment,
  AnyTask,
  DirectoryShape,
  FileShape,
  Item,
  No,
  Task,
  TaskArgs,
  TaskId,
  TaskResult,
  Travels,
} from '../../src/index.ts';

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;
declare function check<T extends true>(): T;
declare function use(...values: unknown[]): void;
declare const file: FileShape;

const image = Image.fromDebianBase({ python: '3.12' }).withPipPackages('torch', { indexUrl: 'x' }).withNpmPackages('a', 'b');
const msaEnv = new TaskEnvironment({ name: 'msa_env', image, resources: { gpu: 'A100:2', memory: ['4Gi', '8Gi'] } });
const env = new TaskEnvironment({ name: 'multi_env', dependsOn: [msaEnv], executor: ['lab', 'local'] });

export function signatures(): void {
  const f = env.task('f', async (a: string, b: number): Promise<FileShape> => (a.length > b ? file : file));
  check<Equal<typeof f, Task<[a: string, b: number], FileShape, 'multi_env.f'>>>();
  const plain: (a: string, b: number) => Promise<FileShape> = f;
  const sync = env.task('sync', (a: string, b = 3, ...c: boolean[]) => ({ a, b, c }));
  check<Equal<TaskArgs<typeof sync>, [a: string, b?: number, ...c: boolean[]]>>();
  check<Equal<TaskResult<typeof sync>, { a: string; b: number; c: boolean[] }>>();
  const nothing = env.task('nothing', async () => {});
  check<Equal<typeof nothing, Task<[], void, 'multi_env.nothing'>>>();
  const withOptions = env.task('o', { retries: 3, timeout: '5m' }, async (x: number) => x * 2);
  check<Equal<typeof withOptions, Task<[x: number], number, 'multi_env.o'>>>();
  check<Equal<TaskId<typeof withOptions>, 'multi_env.o'>>();
  const text = env.task('text', async () => 'a');
  check<Equal<TaskResult<typeof text>, string>>();
  use(plain, withOptions(1), sync('a'), sync('a', 1, true), nothing(), f.local('a', 1), text());
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what untyped code gives
declare const untyped: (x: string) => any;
declare const mixed: (x: string) => Promise<number> | string;

export function results(): void {
  const tasks = {
    untyped: env.task('untyped', untyped),
    mixed: env.task('mixed', mixed),
    throws: env.task('throws', (): never => process.exit()),
    late: env.task('late', async (): Promise<never> => process.exit()),
    unknown: env.task('unknown', (x: string): unknown => x),
  };
  use(tasks);
  type Results = { [K in keyof typeof tasks]: TaskResult<(typeof tasks)[K]> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  check<Equal<Results, { untyped: any; mixed: number | string; throws: never; late: never; unknown: unknown }>>();
}

interface Settings {
  lr: number;
  when?: Date;
  nested: { files: FileShape[]; trees: DirectoryShape[]; m: Map<string, Uint8Array> };
  kind: 'a' | 'b' | null;
  anything: unknown;
  again?: Settings;
}
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Event = { type: 'a'; n: number } | { type: 'b'; s: string[] };

export function whatTravels(): void {
  const settings = env.task('settings', async (c: Settings): Promise<Settings[]> => [c]);
  check<Equal<TaskArgs<typeof settings>, [c: Settings]>>();
  use(settings);
  const fib = env.task('fib', async (n: number): Promise<number> => (n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2))));
  check<Equal<TaskResult<typeof fib>, number>>();
  use(
    env.task('json', async (x: Json): Promise<Json> => x),
    env.task('record', async (x: Record<string, unknown>) => x),
    env.task('events', async (e: Event) => e),
    env.task('readonly', async (x: readonly string[], t: readonly [number, string?]) => ({ x, t }) as const),
    env.task('errors', async (e: Error) => e.message),
    env.task('bytes', async () => Buffer.from('x')),
    env.task('url', async (url: URL) => url),
  );
}

export function helpers(): void {
  const first = async <A extends readonly unknown[], R>(task: Task<A, R>, ...args: A): Promise<R> => task(...args);
  const f = env.task('f', async (a: string, b: number) => a.repeat(b));
  const result: Promise<string> = first(f, 'a', 1);
  const takes = (task: Task<[s: string], number>): Promise<number> => task('a');
  use(result, takes(env.task('length', async (s: string) => s.length)));
  const either: TaskEnvironment = Math.random() > 0.5 ? env : msaEnv;
  use(either.task('x', async (n: number) => n)(1));
  const clone = env.cloneWith({ name: 'other' });
  check<Equal<typeof clone, TaskEnvironment<'other'>>>();
  class Own extends TaskEnvironment<'own'> {
    readonly extra = 1;
  }
  const any: AnyEnvironment[] = [env, clone, new Own({ name: 'own' })];
  use(any);
}

type Training = { lr?: number | undefined; epochs: unknown; tag?: string | undefined };
declare const training: StandardSchemaV1<Training, { lr: number; epochs: number; tag?: string | undefined }>;
declare const optional: StandardSchemaV1<{ a?: number }, { a: number }>;
declare const named: StandardSchemaV1<{ s: string }, { s: string }>;
declare const counted: StandardSchemaV1<{ n: string }, { n: number }>;
declare const text: StandardSchemaV1<string>;
declare const callback: StandardSchemaV1<{ done(): void }>;

export async function schemas(): Promise<void> {
  const train = env.task('train', { input: training, retries: 1 }, async ({ lr, epochs, tag }) => {
    check<Equal<[typeof lr, typeof epochs, typeof tag], [number, number, string | undefined]>>();
    return { loss: lr + epochs, tag };
  });
  check<Equal<TaskArgs<typeof train>, [input: Training]>>();
  check<Equal<TaskResult<typeof train>, { loss: number; tag: string | undefined }>>();
  const allOptional = env.task('allopt', { input: optional }, ({ a }) => a);
  check<Equal<typeof allOptional, Task<[input?: { a?: number }], number, 'multi_env.allopt'>>>();
  const both = env.task('io', { input: named, output: counted }, async ({ s }) => ({ n: s }));
  check<Equal<typeof both, Task<[input: { s: string }], { n: number }, 'multi_env.io'>>>();
  const plain = env.task('plain', { input: text, output: text }, (s) => s.toUpperCase());
  check<Equal<typeof plain, Task<[input: string], string, 'multi_env.plain'>>>();
  const n: number = (await both({ s: 'a' })).n;
  use(train({ epochs: '3' }), allOptional(), allOptional({}), plain('a'), n);
  const trained = train.map([{ epochs: 1 }]);
  use(trained);
  check<Equal<Awaited<typeof trained>, { loss: number; tag: string | undefined }[]>>();
}

export async function maps(): Promise<void> {
  const one = env.task('one', async (x: number) => String(x));
  const calls = one.map([1, 2, 3], { concurrency: 2, label: 'numbers', onError: 'finish-others' });
  check<Equal<typeof calls, MapCall<string>>>();
  const all: string[] = await calls;
  for await (const text of one.map(new Set([1]))) use(text.length);
  const outcomes: Outcome<string>[] = await one.map(numbers()).settled();
  const sync = env.task('sync', (a: string, b = 3, ...c: boolean[]) => ({ a, b, c }));
  use(all, outcomes, sync.map(['a']), env.task('nothing', async () => {}).map([undefined]));
  check<Equal<Item<[a: string, b?: number]>, string>>();
  check<Equal<Item<[a: string, b: number]>, No<'several required parameters: use map(items, fn)'>>>();
}

async function* numbers(): AsyncGenerator<number> {
  yield 1;
}

export function overrides(): void {
  const f = env.task('f', async (a: string, b: number) => a.repeat(b));
  const o = f.override({ resources: { memory: '8Gi' }, retries: 0, timeout: null, label: 'big' }).override({ retries: undefined });
  check<Equal<typeof o, typeof f>>();
  const all: AnyTask[] = [f, o, env.task('g', { input: named }, ({ s }) => s)];
  use(all);
}

export function options(): void {
  const backoff = { base: '10s', factor: 2, max: '5m' } as const;
  use(
    new TaskEnvironment({ name: 'x', defaults: { retries: 2, timeout: { queued: '1h' } } }),
    env.task('a', { retries: { count: 3, backoff, on: ['user', 'resources'], growMemory: 1.5 } }, () => 1),
    env.task('b', { timeout: { run: '1h', queued: '10m', deadline: '1d' }, description: 'B' }, () => 1),
  );
}

export function generics(): void {
  const same = env.task('same', async <T>(x: T) => x);
  check<Equal<typeof same, Task<[x: unknown], unknown, 'multi_env.same'>>>();
  use(same(1));
}

export function reasons(): void {
  check<Equal<Travels<[cb: () => void], number>, No<'args[] is a function'>>>();
  check<Equal<Travels<[], { items: { callback(): void }[] }>, No<'result.items[].callback is a function'>>>();
  check<Equal<Travels<[file: File], number>, No<`args[]: import { File } from 'ambit'`>>>();
  check<Equal<Travels<[], ReadableStream>, No<'result is a stream: write a File'>>>();
  check<Equal<Travels<[], AsyncIterable<string>>, No<'result is a stream: write a File'>>>();
  check<Equal<Travels<[], { a: Promise<number> }>, No<'result.a is a promise'>>>();
  check<Equal<Travels<[s: symbol], number>, No<'args[] is a symbol'>>>();
  check<Equal<Travels<[c: typeof URL], number>, No<'args[] is a function'>>>();
}

class WithMethod {
  y = 2;
  m(): number {
    return 1;
  }
}

export function refusedTasks(): void {
  const f = env.task('f', async (a: string, b: number) => a.repeat(b));
  // @ts-expect-error a number for a string
  use(f(1, 2));
  // @ts-expect-error an argument is missing
  use(f('a'));
  // @ts-expect-error a promise, not yet its result
  const text: string = f('a', 1);
  use(text);
  // @ts-expect-error an argument cannot travel
  env.task('cb', async (cb: () => void) => cb());
  // @ts-expect-error the result cannot travel
  env.task('ret', async (n: number) => ({ items: [{ callback: () => n }] }));
  // @ts-expect-error not Ambit's File
  env.task('gf', async (global: File) => global.name);
  // @ts-expect-error a stream
  env.task('stream', async () => new ReadableStream());
  // @ts-expect-error a promise in the result
  env.task('prom', async () => ({ a: Promise.resolve(1) }));
  // @ts-expect-error a class with a method
  env.task('cls', async (c: WithMethod) => c.y);
  // @ts-expect-error no function
  env.task('nf');
  // @ts-expect-error the options stand before the function
  env.task('order', async () => 1, { retries: 1 });
  // @ts-expect-error an option that nobody knows
  env.task('unknown', { retry: 1 }, async () => 1);
  // @ts-expect-error no length of time
  env.task('timeout', { timeout: '5 minutes' }, async () => 1);
  // @ts-expect-error no class of failures
  env.task('on', { retries: { count: 1, on: ['timeout'] } }, async () => 1);
  // @ts-expect-error how often is left out
  env.task('count', { retries: { growMemory: 2 } }, async () => 1);
  // @ts-expect-error an output schema needs an input schema
  env.task('output', { output: named }, async () => ({ s: 'a' }));
}

export function refusedSchemas(): void {
  // @ts-expect-error what the schema does not have
  env.task('tr', { input: named }, async ({ q }) => typeof q);
  // @ts-expect-error not what the output schema takes
  env.task('out', { input: named, output: counted }, async ({ s }) => ({ n: s.length }));
  // @ts-expect-error the result cannot travel
  env.task('travels', { input: named }, ({ s }) => ({ say: () => s }));
  // @ts-expect-error the input cannot travel
  env.task('callback', { input: callback }, () => 1);
  // @ts-expect-error the converted result cannot travel
  env.task('converted', { input: named, output: callback }, () => ({ done: () => undefined }));
  const train = env.task('train', { input: named }, async ({ s }) => s);
  // @ts-expect-error not what the schema takes
  use(train({ s: 1 }));
  // @ts-expect-error the input is left out
  use(train());
}

export function refusedCalls(): void {
  const f = env.task('f', async (a: string, b: number) => a.repeat(b));
  const main = env.task('main', async (sequence: string) => sequence.length);
  // @ts-expect-error several required parameters
  use(f.map([1, 2]));
  // @ts-expect-error numbers for text
  use(main.map([1, 2]));
  // @ts-expect-error text is no list of items
  use(main.map('abc'));
  // @ts-expect-error an option that nobody knows
  use(main.map(['a'], { parallel: 2 }));
  // @ts-expect-error an option that nobody knows
  use(main.override({ retry: 3 }));
  // @ts-expect-error no length of time
  use(main.override({ timeout: '5 minutes' }));
  // @ts-expect-error what belongs to the definition
  use(main.override({ image: 'busybox' }));
}

export function refusedEnvironments(): void {
  // @ts-expect-error no size
  new TaskEnvironment({ name: 'x', resources: { memory: '4GB' } });
  // @ts-expect-error a name is no environment
  new TaskEnvironment({ name: 'x', dependsOn: ['y'] });
  // @ts-expect-error looks like an environment, and is none
  new TaskEnvironment({ name: 'x', dependsOn: [{ name: 'y', dependsOn: [] }] });
  // @ts-expect-error an option that is not there yet
  new TaskEnvironment({ name: 'x', volumes: ['A'] });
  // @ts-expect-error an array where arguments are wanted
  Image.fromDebianBase().withNpmPackages(['a', 'b']);
  // @ts-expect-error a name
  env.cloneWith({ description: 'x' });
  // @ts-expect-error made by its static methods
  new Image();
}
