// Checked by tsc, never run: what the types of the public API accept, refuse, and say.
import { Image, TaskEnvironment } from '../../src/index.ts';
import type { AnyEnvironment, FileShape, No, Task, TaskArgs, TaskId, TaskResult, Travels } from '../../src/index.ts';

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

interface Settings {
  lr: number;
  when?: Date;
  nested: { files: FileShape[]; m: Map<string, Uint8Array> };
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
}

export function refusedEnvironments(): void {
  // @ts-expect-error no size
  new TaskEnvironment({ name: 'x', resources: { memory: '4GB' } });
  // @ts-expect-error a name is no environment
  new TaskEnvironment({ name: 'x', dependsOn: ['y'] });
  // @ts-expect-error looks like an environment, and is none
  new TaskEnvironment({ name: 'x', dependsOn: [{ name: 'y', dependsOn: [] }] });
  // @ts-expect-error an option that is not there yet
  new TaskEnvironment({ name: 'x', secrets: ['A'] });
  // @ts-expect-error an array where arguments are wanted
  Image.fromDebianBase().withNpmPackages(['a', 'b']);
  // @ts-expect-error a name
  env.cloneWith({ description: 'x' });
  // @ts-expect-error made by its static methods
  new Image();
}
