import type { RunStore } from '@ambit/plugin-api';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

export const requestMutants: readonly Mutant<RunStore>[] = [
  {
    fault: 'requests that come twice',
    caughtBy: 'RS-REQUEST-01',
    members: (store) => ({ requests: (...args) => map(store.requests(...args), (request) => [request, request]) }),
  },
  {
    fault: 'requests that are taken before they are given',
    caughtBy: 'RS-REQUEST-02',
    members: (store) => ({
      async *requests(run, epoch, signal) {
        const all = [];
        for await (const request of store.requests(run, epoch, AbortSignal.any([signal, AbortSignal.timeout(20)]))) all.push(request);
        yield* all;
        yield* store.requests(run, epoch, signal);
      },
    }),
  },
  {
    fault: 'a request of any run for one of them',
    caughtBy: 'RS-REQUEST-03',
    members: (store) => ({ request: (_, request) => store.request('run-a', request) }),
  },
  {
    fault: 'a lost lease that looks like the end',
    caughtBy: 'RS-REQUEST-04',
    members: (store) => ({
      async *requests(...args) {
        try {
          yield* store.requests(...args);
        } catch {
          return;
        }
      },
    }),
  },
  {
    fault: 'requests that are events at once',
    caughtBy: 'RS-REQUEST-05',
    members: (store) => ({
      request: async (run, { type, ...data }) => {
        await store.append(run, 1, [{ type, at: new Date().toISOString(), data }]);
      },
    }),
  },
];
