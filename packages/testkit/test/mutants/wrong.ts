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
