import { randomUUID } from 'node:crypto';
import type { RunStore } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { none } from '../wrong.ts';

export const leaseMutants: readonly Mutant<RunStore>[] = [
  { fault: 'an owner for each handle', caughtBy: 'RS-OPEN-01', members: () => ({ owner: randomUUID() }) },
  { fault: 'a lease that anybody gets', caughtBy: 'RS-LEASE-01', members: () => ({ acquire: async () => ({ epoch: 1 }) }) },
  { fault: 'two winners of a new run', caughtBy: 'RS-LEASE-02', members: () => ({ acquire: async () => ({ epoch: 1 }) }) },
  {
    fault: 'an epoch that does not rise',
    caughtBy: 'RS-LEASE-03',
    members: (store) => ({
      acquire: async (...args) => {
        const answer = await store.acquire(...args);
        return 'epoch' in answer ? { epoch: 1 } : answer;
      },
    }),
  },
  { fault: 'a lease that is never given back', caughtBy: 'RS-LEASE-04', members: () => ({ release: async () => {} }) },
  {
    fault: 'a stale owner whose append is dropped in silence',
    caughtBy: 'RS-EPOCH-01',
    members: (store) => ({ append: async (...args) => store.append(...args).catch(() => ({ seq: 0 })) }),
  },
  {
    fault: 'an unknown run that reads as empty',
    caughtBy: 'RS-UNKNOWN-01',
    members: () => ({ read: () => none() }),
  },
  { fault: 'a lease that cannot be renewed', caughtBy: 'RS-LEASE-05', members: () => ({ renew: async () => {} }) },
  {
    fault: 'one lease for all runs',
    caughtBy: 'RS-LEASE-06',
    members: (store) => ({
      release: async (run, epoch) => {
        for (const each of new Set(['run-a', run])) await store.release(each, epoch);
      },
    }),
  },
  {
    fault: 'an owner of tomorrow',
    caughtBy: 'RS-LEASE-07',
    members: (store) => ({
      append: (run, epoch, events) => store.append(run, epoch, events).catch(() => store.append(run, epoch - 1, events)),
    }),
  },
];
