/** The same part, but for the members that are given. */
export function wrong<T extends object>(part: T, members: (right: T) => Partial<T>): T {
  const faults = members(part);
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = name in faults ? Reflect.get(faults, name) : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export async function* map<T, U>(items: AsyncIterable<T>, change: (item: T) => readonly U[]): AsyncGenerator<U> {
  for await (const item of items) yield* change(item);
}

export async function* reversed<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const all: T[] = [];
  for await (const item of items) all.unshift(item);
  yield* all;
}

export async function* none(): AsyncGenerator<never> {}

/** As many as come, of both, in the order in which they come. */
export async function* merged<T>(...sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const next = async (index: number): Promise<{ index: number; result: IteratorResult<T> }> => ({
    index,
    result: await iterators[index]!.next(),
  });
  const pending = new Map(iterators.map((_, index) => [index, next(index)]));
  while (pending.size > 0) {
    const { index, result } = await Promise.race(pending.values());
    if (result.done) pending.delete(index);
    else {
      pending.set(index, next(index));
      yield result.value;
    }
  }
}

/** A signal of a part that listens to none. */
export function unheard(): AbortSignal {
  return new AbortController().signal;
}
