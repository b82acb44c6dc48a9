import type { LogChunk, RunStore, RunSummary } from '@ambit/plugin-api';
import { runStoreClauses } from '@ambit/testkit';
import { memoryRunContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { map, none, reversed } from './wrong.ts';

catches<RunStore, ReturnType<typeof memoryRunContext>>('run store', runStoreClauses, memoryRunContext, [
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
    fault: 'following that gives an event twice',
    caughtBy: 'RS-FOLLOW-01',
    members: (store) => ({
      follow: (run, from, signal) => map(store.follow(run, from, signal), (event) => (event.type === 'd' ? [event, event] : [event])),
    }),
  },
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
    fault: 'requests that come twice',
    caughtBy: 'RS-REQUEST-01',
    members: (store) => ({ requests: (...args) => map(store.requests(...args), (request) => [request, request]) }),
  },
  {
    fault: 'logs that are taken for text',
    caughtBy: 'RS-LOG-01',
    members: (store) => ({
      readLog: (...args) =>
        map(store.readLog(...args), (chunk): LogChunk[] => [{ ...chunk, data: Buffer.from(Buffer.from(chunk.data).toString()) }]),
    }),
  },
]);
