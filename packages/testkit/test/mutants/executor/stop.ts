import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { unheard } from '../wrong.ts';

const idOf = (target: { readonly id: string } | { readonly request: { readonly id: string } }): string =>
  'request' in target ? target.request.id : target.id;

let instances = 0;

export const stopMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'a stop that claims a proof which the place has not',
    caughtBy: 'EX-STOP-01',
    members: () => ({ stop: async () => ({ stopped: 'proved', mechanism: 'cgroup', evidence: 'believe me' }) }),
  },
  {
    fault: 'a stop that kills nothing',
    caughtBy: 'EX-STOP-01',
    members: () => ({ stop: async () => ({ stopped: 'proved', mechanism: 'pid-namespace', evidence: 'believe me' }) }),
  },
  {
    fault: 'another answer when a stop is asked for again',
    caughtBy: 'EX-STOP-02',
    members: (executor) => {
      let asked = 0;
      return { stop: async (...args) => ({ ...(await executor.stop(...args)), evidence: `answer ${++asked}` }) };
    },
  },
  {
    fault: 'a stop that needs the handle',
    caughtBy: 'EX-STOP-03',
    members: (executor) => ({
      stop: async (target, ...args) => ('request' in target ? { stopped: 'no', reason: 'no handle' } : executor.stop(target, ...args)),
    }),
  },
  {
    fault: 'a start after the stop of what was never started',
    caughtBy: 'EX-STOP-04',
    members: (executor) => ({
      start: (reservation, ...args) =>
        executor.start(reservation, ...args).catch(() => ({ id: reservation.request.id, place: 'memory', state: null })),
    }),
  },
  {
    fault: 'a stop that needs a living worker',
    caughtBy: 'EX-STOP-05',
    members: (executor) => ({
      stop: async (target, options, signal) => {
        const found = 'request' in target ? await executor.find(target, unheard()) : undefined;
        return found?.is === 'gone' ? { stopped: 'no', reason: 'it is dead' } : executor.stop(target, options, signal);
      },
    }),
  },
  {
    fault: 'a stop by none but the one who started',
    caughtBy: 'EX-STOP-06',
    members: (executor) => {
      const started = new Set<string>();
      return {
        start: async (...args) => {
          const handle = await executor.start(...args);
          started.add(handle.id);
          return handle;
        },
        stop: async (target, ...args) =>
          'request' in target || started.has(target.id) ? executor.stop(target, ...args) : { stopped: 'no', reason: 'nobody knows it' },
      };
    },
  },
  {
    fault: 'a stop of all at once',
    caughtBy: 'EX-STOP-07',
    members: (executor) => {
      const started: string[] = [];
      return {
        start: async (...args) => {
          const handle = await executor.start(...args);
          started.push(handle.id);
          return handle;
        },
        stop: async (...args) => {
          for (const id of started) await executor.kill(id);
          return executor.stop(...args);
        },
      };
    },
  },
  {
    fault: 'an answer of each instance',
    caughtBy: 'EX-STOP-08',
    members: (executor) => {
      const evidence = `seen by ${++instances}`;
      return { stop: async (...args) => ({ ...(await executor.stop(...args)), evidence }) };
    },
  },
  {
    fault: 'a stop that sits out its grace',
    caughtBy: 'EX-STOP-09',
    members: (executor) => ({
      stop: async (target, options, signal) => {
        if (options.graceMs > 10_000) await new Promise(() => undefined);
        return executor.stop(target, options, signal);
      },
    }),
  },
  {
    fault: 'a stop of what cannot be reached',
    caughtBy: 'EX-STOP-10',
    members: (executor) => ({
      stop: async (target, ...args) => {
        const answer = await executor.stop(target, ...args);
        const evidence = `${idOf(target)} does not answer`;
        return answer.stopped === 'no' ? { stopped: 'unconfirmed', evidence, reason: answer.reason } : answer;
      },
    }),
  },
];
