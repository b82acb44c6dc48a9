import type { RunStore, RunSummary } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { map, reversed } from '../wrong.ts';

export const listMutants: readonly Mutant<RunStore>[] = [
  {
    fault: 'a list that begins with the oldest',
    caughtBy: 'RS-LIST-01',
    members: (store) => ({ list: (...args) => reversed<RunSummary>(store.list(...args)) }),
  },
  {
    fault: 'a list that ignores tags',
    caughtBy: 'RS-LIST-02',
    members: (store) => ({ list: ({ tags: _, ...filter }, signal) => store.list(filter, signal) }),
  },
  { fault: 'a delete that deletes nothing', caughtBy: 'RS-DELETE-01', members: () => ({ delete: async () => {} }) },
  {
    fault: 'a run that never stops running',
    caughtBy: 'RS-LIST-03',
    members: (store) => ({
      list: (...args) => map(store.list(...args), (run) => [run.status === 'interrupted' ? { ...run, status: 'running' } : run]),
    }),
  },
  {
    fault: 'a run that is made anew',
    caughtBy: 'RS-LIST-04',
    members: (store) => ({
      acquire: async (run, options, signal) => {
        if (options.create !== undefined) await store.delete(run, signal).catch(() => undefined);
        return store.acquire(run, options, signal);
      },
    }),
  },
  {
    fault: 'a delete of all that begin alike',
    caughtBy: 'RS-DELETE-02',
    members: (store) => ({
      delete: async (run, signal) => {
        for await (const each of store.list({ prefix: run.slice(0, -1) }, signal)) await store.delete(each.run, signal);
      },
    }),
  },
];
