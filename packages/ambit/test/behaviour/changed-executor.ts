import type { Executor } from '@ambit/plugin-api';

/** The same executor, but for these members. */
export function changedExecutor(executor: Executor, members: Partial<Executor>): Executor {
  return new Proxy(executor, {
    get(target, name) {
      if (name in members) return Reflect.get(members, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
