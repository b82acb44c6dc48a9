import type { WorkerHandle } from '@ambit/plugin-api';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { unheard } from '../wrong.ts';

const gone = { is: 'gone', cause: { failure: 'infrastructure', code: 'GONE', message: 'it is gone', facts: {} } } as const;
let instances = 0;

export const startMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'a worker for each start',
    caughtBy: 'EX-START-01',
    members: (executor) => ({ start: async (...args) => ({ ...(await executor.start(...args)), state: Math.random() }) }),
  },
  {
    fault: 'a stopped id that starts again',
    caughtBy: 'EX-START-02',
    members: (executor) => ({
      start: (reservation, ...args) =>
        executor.start(reservation, ...args).catch(() => ({ id: reservation.request.id, place: 'memory', state: null })),
    }),
  },
  {
    fault: 'a worker for each instance',
    caughtBy: 'EX-START-03',
    members: (executor) => {
      const state = ++instances;
      return { start: async (...args) => ({ ...(await executor.start(...args)), state }) };
    },
  },
  {
    fault: 'a start that no abort keeps off',
    caughtBy: 'EX-START-04',
    members: (executor) => ({ start: (reservation, placement) => executor.start(reservation, placement, unheard()) }),
  },
  {
    fault: 'a worker beside the one that was broken off',
    caughtBy: 'EX-START-05',
    members: (executor) => ({
      start: async (reservation, placement, signal) => {
        const handle = await executor.start(reservation, placement, unheard());
        return signal.aborted ? { ...handle, state: 'another' } : handle;
      },
    }),
  },
  {
    fault: 'a worker somewhere else',
    caughtBy: 'EX-START-06',
    members: (executor) => ({ start: async (...args) => ({ ...(await executor.start(...args)), place: 'elsewhere' }) }),
  },
  {
    fault: 'one worker for everybody',
    caughtBy: 'EX-START-07',
    members: (executor) => {
      let first: Promise<WorkerHandle> | undefined;
      return { start: (...args) => (first ??= executor.start(...args)) };
    },
  },
  {
    fault: 'an instance that finds nothing after a crash',
    caughtBy: 'EX-FIND-01',
    members: () => ({ find: async () => ({ is: 'never-started' }) }),
  },
  { fault: 'a reservation taken for a dead worker', caughtBy: 'EX-FIND-02', members: () => ({ find: async () => gone }) },
  {
    fault: 'a dead worker that is found',
    caughtBy: 'EX-FIND-03',
    members: (executor) => {
      const handles = new Map<string, WorkerHandle>();
      return {
        start: async (...args) => {
          const handle = await executor.start(...args);
          handles.set(handle.id, handle);
          return handle;
        },
        find: async (reservation, signal) => {
          const handle = handles.get(reservation.request.id);
          return handle ? { is: 'found', handle } : executor.find(reservation, signal);
        },
      };
    },
  },
  {
    fault: 'a stopped worker that was never there',
    caughtBy: 'EX-FIND-04',
    members: (executor) => ({
      find: async (...args) => {
        const found = await executor.find(...args);
        return found.is === 'gone' ? { is: 'never-started' } : found;
      },
    }),
  },
  {
    fault: 'a worker that is gone because nobody can ask',
    caughtBy: 'EX-FIND-05',
    members: (executor) => ({ find: async (...args) => (executor.faults.unreachable === undefined ? executor.find(...args) : gone) }),
  },
];
