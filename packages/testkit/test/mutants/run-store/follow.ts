import type { RunStore } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

export const followMutants: readonly Mutant<RunStore>[] = [
  {
    fault: 'following that gives an event twice',
    caughtBy: 'RS-FOLLOW-01',
    members: (store) => ({
      follow: (run, from, signal) => map(store.follow(run, from, signal), (event) => (event.type === 'd' ? [event, event] : [event])),
    }),
  },
  {
    fault: 'an abort that is an error',
    caughtBy: 'RS-FOLLOW-02',
    members: (store) => ({
      async *follow(run, from, signal) {
        yield* store.follow(run, from, signal);
        signal.throwIfAborted();
      },
    }),
  },
  {
    fault: 'following that begins with the present',
    caughtBy: 'RS-FOLLOW-03',
    members: (store) => ({
      async *follow(run, from, signal) {
        let present = 1;
        for await (const { seq } of store.read(run, {}, signal)) present = seq;
        yield* store.follow(run, Math.min(from, present), signal);
      },
    }),
  },
  {
    fault: 'following that ends with the lease',
    caughtBy: 'RS-FOLLOW-04',
    members: (store) => ({
      follow: (run, from, signal) => store.follow(run, from, AbortSignal.any([signal, leaseEnd().signal])),
      release: async (run, epoch) => {
        await store.release(run, epoch);
        for (const each of leaseEnds) each.abort();
      },
    }),
  },
  {
    fault: 'an event for one of those who follow',
    caughtBy: 'RS-FOLLOW-05',
    members: (store) => {
      const given = new Set<number>();
      return {
        follow: (...args) =>
          map(store.follow(...args), (event) => {
            if (given.has(event.seq) && event.type !== 'run.ended') return [];
            given.add(event.seq);
            return [event];
          }),
      };
    },
  },
  {
    fault: 'a deleted run that has ended',
    caughtBy: 'RS-FOLLOW-06',
    members: (store) => ({
      async *follow(...args) {
        try {
          yield* store.follow(...args);
        } catch {
          return;
        }
      },
    }),
  },
];

const leaseEnds = new Set<AbortController>();

function leaseEnd(): AbortController {
  const end = new AbortController();
  leaseEnds.add(end);
  return end;
}
