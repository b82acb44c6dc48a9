import { AmbitError } from '@ambit/plugin-api';
import type { Reservation } from '@ambit/plugin-api';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { map, unheard } from '../wrong.ts';

/** Ids of workers that a mutant has started. */
const started = new Set<string>();

export const releaseMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: "a list of everybody's workers",
    caughtBy: 'EX-LIST-01',
    members: (executor) => ({
      async *list(owner, signal) {
        yield* executor.list(owner, signal);
        yield* executor.list(owner.endsWith('-2') ? owner.slice(0, -2) : `${owner}-2`, signal);
      },
    }),
  },
  {
    fault: 'a list of the living',
    caughtBy: 'EX-LIST-02',
    members: (executor) => ({
      async *list(owner, signal) {
        const ended = new Set<string>();
        for await (const event of executor.observe(owner, signal)) {
          if (event.type === 'synced') break;
          if (event.type === 'ended') ended.add(event.id);
        }
        yield* map(executor.list(owner, signal), (item) => (ended.has(item.id) ? [] : [item]));
      },
    }),
  },
  {
    fault: 'a list without times',
    caughtBy: 'EX-LIST-03',
    members: (executor) => ({ list: (...args) => map(executor.list(...args), (item) => [{ ...item, since: 'some time ago' }]) }),
  },
  {
    fault: 'a release of what lives',
    caughtBy: 'EX-RELEASE-01',
    members: (executor) => ({ release: (...args) => executor.release(...args).catch(() => undefined) }),
  },
  {
    fault: 'a release that needs a stop',
    caughtBy: 'EX-RELEASE-02',
    members: (executor) => ({
      release: async (reservation, signal) => {
        if ((await executor.find(reservation, signal)).is === 'never-started')
          throw new AmbitError('AMBIT_WORKER_NOT_STOPPED', 'It was not stopped.', { hint: 'Stop it.' });
        return executor.release(reservation, signal);
      },
    }),
  },
  {
    fault: 'a start of what was released',
    caughtBy: 'EX-RELEASE-04',
    members: (executor) => ({
      start: (reservation, ...args) =>
        executor.start(reservation, ...args).catch(() => ({ id: reservation.request.id, place: 'memory', state: null })),
    }),
  },
  {
    fault: 'a release of all that is not started',
    caughtBy: 'EX-RELEASE-05',
    members: (executor) => {
      const reservations: Reservation[] = [];
      return {
        reserve: async (request, ...args) => {
          const answer = await executor.reserve(request, ...args);
          if (answer.outcome === 'reserved') reservations.push({ ...answer, request });
          return answer;
        },
        release: async (reservation, signal) => {
          await executor.release(reservation, signal);
          for (const each of reservations) await executor.release(each, signal).catch(() => undefined);
        },
      };
    },
  },
  {
    fault: 'workers that end with their executor',
    caughtBy: 'EX-DISPOSE-01',
    members: (executor) => ({
      dispose: async () => {
        for (const id of [...started]) await executor.kill(id);
      },
      start: async (...args) => {
        const handle = await executor.start(...args);
        started.add(handle.id);
        return handle;
      },
    }),
  },
  {
    fault: 'a stop that no abort keeps off',
    caughtBy: 'EX-ABORT-01',
    members: (executor) => ({ stop: (target, options) => executor.stop(target, options, unheard()) }),
  },
];
