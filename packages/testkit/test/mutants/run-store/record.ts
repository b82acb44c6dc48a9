import type { NewRunEvent, RunEvent, RunStore } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { map, unheard } from '../wrong.ts';

/** Later, though not much. */
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const recordMutants: readonly Mutant<RunStore>[] = [
  {
    fault: 'numbers that begin at 0',
    caughtBy: 'RS-APPEND-01',
    members: (store) => ({ read: (...args) => map(store.read(...args), (event) => [{ ...event, seq: event.seq - 1 }]) }),
  },
  {
    fault: 'events of one append in another order',
    caughtBy: 'RS-APPEND-02',
    members: (store) => ({ append: (run, epoch, events) => store.append(run, epoch, [...events].reverse()) }),
  },
  {
    fault: 'a reader that ignores the types',
    caughtBy: 'RS-READ-01',
    members: (store) => ({ read: (run, { types: _, ...options }, signal) => store.read(run, options, signal) }),
  },
  {
    fault: 'a reader that stops after a page',
    caughtBy: 'RS-READ-03',
    members: (store) => ({ read: (...args) => map(store.read(...args), (event) => (event.seq > 1000 ? [] : [event])) }),
  },
  {
    fault: 'an object that is kept as it is given',
    caughtBy: 'RS-APPEND-03',
    members: (store) => {
      const kept: NewRunEvent[] = [];
      return {
        append: (run, epoch, events) => {
          kept.push(...events);
          return store.append(run, epoch, events);
        },
        read: (...args) => map(store.read(...args), (event) => [{ ...event, data: kept[event.seq - 1]?.data ?? event.data }]),
      };
    },
  },
  {
    fault: 'data that is too large for a row',
    caughtBy: 'RS-APPEND-04',
    members: (store) => ({
      append: (run, epoch, events) =>
        store.append(
          run,
          epoch,
          events.map((event) => (JSON.stringify(event.data).length > 65_535 ? { ...event, data: null } : event)),
        ),
    }),
  },
  {
    fault: 'types that are patterns',
    caughtBy: 'RS-APPEND-05',
    members: (store) => ({
      read: (run, { types, ...options }, signal) =>
        store.read(run, { ...options, ...(types && !types.includes('%') ? { types } : {}) }, signal),
    }),
  },
  {
    fault: 'a reader that remembers',
    caughtBy: 'RS-READ-02',
    members: (store) => {
      const seen: RunEvent[] = [];
      return {
        async *read(...args) {
          if (seen.length === 0) for await (const event of store.read(...args)) seen.push(event);
          yield* seen;
        },
      };
    },
  },
  {
    fault: 'an append of one after the other',
    caughtBy: 'RS-READ-04',
    members: (store) => ({
      append: async (run, epoch, events) => {
        let last = { seq: 0 };
        for (const event of events) {
          last = await store.append(run, epoch, [event]);
          await later();
        }
        return last;
      },
    }),
  },
  {
    fault: 'a read that no abort keeps off',
    caughtBy: 'RS-READ-05',
    members: (store) => ({ read: (run, options) => store.read(run, options, unheard()) }),
  },
  {
    fault: 'a record that ends with its handle',
    caughtBy: 'RS-DISPOSE-01',
    members: (store) => ({
      dispose: async () => {
        for await (const { run } of store.list({}, unheard())) await store.delete(run, unheard());
      },
    }),
  },
  {
    fault: 'one writer of all runs at a time',
    caughtBy: 'RS-MANY-01',
    members: (store) => {
      let isBusy = false;
      return {
        append: async (...args) => {
          if (isBusy) throw new TypeError('it is locked');
          isBusy = true;
          await later();
          const last = await store.append(...args);
          isBusy = false;
          return last;
        },
      };
    },
  },
];
