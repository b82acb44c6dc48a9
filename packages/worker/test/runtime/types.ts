// Checked by tsc, never run: what the types of what code of tasks uses accept and refuse.
import type { MapCall, Outcome } from '@ambit/plugin-api';
import type { File, TaskError } from '../../src/runtime/index.ts';
import { group, map, step, taskContext } from '../../src/runtime/index.ts';

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;
declare function check<T extends true>(): T;
declare function use(...values: unknown[]): void;
declare function f(a: string, b: number): Promise<File>;

export async function maps(): Promise<void> {
  const pairs = [
    ['a', 1],
    ['b', 2],
  ] as const;
  const both = map(pairs, ([x, y]) => f(x, y));
  check<Equal<typeof both, MapCall<File>>>();
  const files: File[] = await both;
  for await (const file of both) use(file.uri);
  const outcomes: Outcome<File>[] = await both.settled();
  for (const outcome of outcomes)
    if (outcome.status === 'failed') check<Equal<TaskError extends typeof outcome.error ? true : false, true>>();
  const indexed = map(['a'], (x, index) => f(x, index), { concurrency: 3 });
  check<Equal<Awaited<typeof indexed>, File[]>>();
  use(files, indexed);
}

export async function others(): Promise<void> {
  const texts: string[] = await group('texts', async () => ['a']);
  const plain: number = group('plain', () => 1);
  const seed: number = await step('seed', () => Math.random());
  const later: string = await step('later', async () => 'x');
  const context = taskContext();
  // @ts-expect-error outside of a run there is none
  use(context.run);
  use(texts, plain, seed, later, context?.gpus[0]?.model, context?.signal.aborted);
  context?.progress(1, 10, 'one');
}

export function refused(): void {
  // @ts-expect-error text is no list of items
  map('abc', (x) => x);
  // @ts-expect-error no function
  map([1]);
  // @ts-expect-error an option that nobody knows
  map([1], (x) => x, { parallel: 3 });
  // @ts-expect-error a step has a name
  void step(() => 1);
}
