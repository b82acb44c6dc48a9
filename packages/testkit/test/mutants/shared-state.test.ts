import type { LeaseOptions, SharedState } from '@ambit/plugin-api';
import { memoryShared, sharedStateClauses } from '@ambit/testkit';
import { memorySharedContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import type { Mutant } from './catches.ts';

/** Leases with something of what was asked for changed. */
const asking = (change: (options: LeaseOptions) => Partial<LeaseOptions>): Mutant<SharedState>['members'] => {
  return (right) => ({ lease: (name, options) => right.lease(name, { ...options, ...change(options) } as LeaseOptions) });
};

const mutants: readonly Mutant<SharedState>[] = [
  { fault: 'a state for each handle', caughtBy: 'ST-LEASE-01', members: () => memoryShared() },
  {
    fault: 'nothing free, whatever is',
    caughtBy: 'ST-LEASE-01',
    members: (right) => ({
      lease: async (...args) => {
        const answer = await right.lease(...args);
        return answer.granted ? answer : { granted: false, free: 0 };
      },
    }),
  },
  {
    fault: 'a capacity for each who asks',
    caughtBy: 'ST-LEASE-02',
    members: asking(({ capacity }) => (capacity ? { capacity: capacity * 4 } : {})),
  },
  {
    fault: 'one capacity for all names',
    caughtBy: 'ST-LEASE-03',
    members: (right) => ({
      lease: (_, options) => right.lease('all', options),
      unlease: (_, holder) => right.unlease('all', holder),
    }),
  },
  {
    fault: 'another lease for who asks again',
    caughtBy: 'ST-LEASE-04',
    members: (right) => {
      let asked = 0;
      return { lease: (name, options) => right.lease(name, { ...options, holder: `${options.holder}-${(asked += 1)}` }) };
    },
  },
  {
    fault: 'sizes of 32 bits',
    caughtBy: 'ST-LEASE-05',
    members: asking(({ units }) => ({ units: units > 2 ** 31 ? units | 0 || 1 : units })),
  },
  {
    fault: 'units in an order of its own',
    caughtBy: 'ST-IDS-01',
    members: asking(({ ids }) => (ids ? { ids: [...ids].sort() } : {})),
  },
  {
    fault: 'fewer units than were asked for',
    caughtBy: 'ST-IDS-02',
    members: asking(({ ids, units }) => (ids && ids.length < 3 ? { units: Math.min(units, 1) } : {})),
  },
  { fault: 'a lease that is never given back', caughtBy: 'ST-BACK-01', members: () => ({ unlease: async () => {} }) },
  { fault: 'leases for ever', caughtBy: 'ST-TTL-01', members: asking(() => ({ ttlMs: 600_000 })) },
  { fault: 'a lease that cannot be renewed', caughtBy: 'ST-TTL-02', members: () => ({ renew: async () => {} }) },
  {
    fault: 'a renewal of what others have taken',
    caughtBy: 'ST-TTL-03',
    members: (right) => {
      const known = new Map<string, LeaseOptions>();
      return {
        lease: (name, options) => {
          known.set(options.holder, options);
          return right.lease(name, options);
        },
        renew: async (holder) => {
          const options = known.get(holder) ?? { capacity: 10, units: 10, holder, ttlMs: 60_000 };
          await right.lease('memory', { units: options.units, holder, capacity: 20, ttlMs: 60_000 });
        },
      };
    },
  },
];

catches<SharedState, ReturnType<typeof memorySharedContext>>('shared state', {
  clauses: sharedStateClauses,
  context: memorySharedContext,
  mutants,
});
