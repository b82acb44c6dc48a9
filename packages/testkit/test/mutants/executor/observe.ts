import type { WorkerEvent } from '@ambit/plugin-api';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { map, merged } from '../wrong.ts';

const newest = new Map<string, object>();

export const observeMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'an observer that is told "synced" first',
    caughtBy: 'EX-OBSERVE-01',
    members: (executor) => ({
      async *observe(owner, signal) {
        yield { type: 'synced' };
        yield* map(executor.observe(owner, signal), (event) => (event.type === 'synced' ? [] : [event]));
      },
    }),
  },
  {
    fault: "an observer of everybody's workers",
    caughtBy: 'EX-OBSERVE-02',
    members: (executor) => ({
      observe: (owner, signal) =>
        merged(
          executor.observe(owner, signal),
          map(executor.observe(`${owner}-2`, signal), (event) => (event.type === 'synced' ? [] : [event])),
        ),
    }),
  },
  {
    fault: 'an abort that is an error',
    caughtBy: 'EX-OBSERVE-02',
    members: (executor) => ({
      async *observe(owner, signal) {
        yield* executor.observe(owner, signal);
        throw signal.reason as Error;
      },
    }),
  },
  {
    fault: 'the dead, of whom nobody speaks',
    caughtBy: 'EX-OBSERVE-03',
    members: (executor) => ({
      observe: (...args) => {
        let isSynced = false;
        return map(executor.observe(...args), (event): WorkerEvent[] => {
          isSynced ||= event.type === 'synced';
          return event.type === 'ended' && !isSynced ? [] : [event];
        });
      },
    }),
  },
  {
    fault: 'only what died by itself',
    caughtBy: 'EX-OBSERVE-04',
    members: (executor) => ({
      observe: (...args) =>
        map(executor.observe(...args), (event) => (event.type === 'ended' && event.cause?.message.includes('stopped') ? [] : [event])),
    }),
  },
  {
    fault: 'reservations that run',
    caughtBy: 'EX-OBSERVE-05',
    members: (executor) => ({
      async *observe(owner, signal) {
        for await (const { id, place } of executor.list(owner, signal)) yield { type: 'running', id, handle: { id, place, state: null } };
        yield* executor.observe(owner, signal);
      },
    }),
  },
  {
    fault: 'an end when the last worker has gone',
    caughtBy: 'EX-OBSERVE-06',
    members: (executor) => ({
      async *observe(owner, signal) {
        for await (const event of executor.observe(owner, signal)) {
          yield event;
          if (event.type === 'ended') return;
        }
      },
    }),
  },
  {
    fault: 'one observer, the newest',
    caughtBy: 'EX-OBSERVE-07',
    members: (executor) => ({
      async *observe(owner, signal) {
        const self = {};
        newest.set(owner, self);
        for await (const event of executor.observe(owner, signal)) if (event.type === 'synced' || newest.get(owner) === self) yield event;
      },
    }),
  },
];
