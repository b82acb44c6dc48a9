import type { NewRunEvent, RunStore } from '@ambit/plugin-api';
import { memoryRuns } from '@ambit/testkit';

export interface WatchedStore {
  readonly runs: RunStore;
  /** What is stored by now, in order. */
  readonly stored: NewRunEvent[];
  /** How many commits there were. */
  readonly commits: () => number;
}

/** A store that takes its time, and shows what it has stored. */
export function watchedStore(inner: RunStore = memoryRuns()): WatchedStore {
  const stored: NewRunEvent[] = [];
  let commits = 0;
  const append: RunStore['append'] = async (run, epoch, events) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const answer = await inner.append(run, epoch, events);
    stored.push(...events);
    commits += 1;
    return answer;
  };
  const runs = new Proxy(inner, {
    get: (target, name) => {
      if (name === 'append') return append;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { runs, stored, commits: () => commits };
}
