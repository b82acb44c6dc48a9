import type { Executor, WorkerRequest } from '@ambit/plugin-api';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';

/** Counts memory by itself, and gives it back by release or not at all. */
function accountant(executor: MemoryExecutor, memory: number, givesBack: boolean): Partial<MemoryExecutor> {
  const taken = new Map<string, number>();
  return {
    reserve: async (request, ...rest) => {
      const wanted = request.resources.memory?.request ?? 0;
      const used = [...taken].reduce((sum, [id, bytes]) => (id === request.id ? sum : sum + bytes), 0);
      if (used + wanted > memory) return { outcome: 'wait', reason: 'it is full', retryAfterMs: 1 };
      taken.set(request.id, wanted);
      return executor.reserve(request, ...rest);
    },
    release: async (reservation, signal) => {
      await executor.release(reservation, signal);
      if (givesBack) taken.delete(reservation.request.id);
    },
  };
}

const changed =
  (executor: MemoryExecutor, change: (request: WorkerRequest) => WorkerRequest): Executor['reserve'] =>
  (request, ...rest) =>
    executor.reserve(change(request), ...rest);

export const reserveMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'another answer for the same id',
    caughtBy: 'EX-RESERVE-01',
    members: (executor) => ({ reserve: async (...args) => ({ ...(await executor.reserve(...args)), place: String(Math.random()) }) }),
  },
  {
    fault: 'space for what can never fit',
    caughtBy: 'EX-RESERVE-02',
    members: (executor) => ({ reserve: changed(executor, (request) => ({ ...request, resources: { cpu: { request: 1 } } })) }),
  },
  {
    fault: 'a start of what has expired',
    caughtBy: 'EX-RESERVE-03',
    members: (executor) => ({
      start: (reservation, ...args) =>
        executor.start(reservation, ...args).catch(() => ({ id: reservation.request.id, place: 'memory', state: null })),
    }),
  },
  {
    fault: 'an answer for each of those who ask at once',
    caughtBy: 'EX-RESERVE-04',
    members: (executor) => {
      let asking = 0;
      return {
        reserve: async (...args) => {
          asking += 1;
          const place = `memory-${asking}`;
          const answer = await executor.reserve(...args);
          asking -= 1;
          return answer.outcome === 'reserved' ? { ...answer, place } : answer;
        },
      };
    },
  },
  {
    fault: 'GPUs that are left out',
    caughtBy: 'EX-RESERVE-05',
    members: (executor) => ({
      reserve: changed(executor, ({ resources: { gpu: _, ...resources }, ...request }) => ({ ...request, resources })),
    }),
  },
  {
    fault: 'memory that nobody counts',
    caughtBy: 'EX-RESERVE-06',
    members: (executor) => ({
      reserve: changed(executor, ({ resources: { memory: _, ...resources }, ...request }) => ({ ...request, resources })),
    }),
  },
  {
    fault: 'requests that wait in a list',
    caughtBy: 'EX-RESERVE-07',
    members: (executor) => {
      const waiting: WorkerRequest[] = [];
      return {
        reserve: async (request, ...rest) => {
          const answer = await executor.reserve(request, ...rest);
          if (answer.outcome === 'wait') waiting.push(request);
          return answer;
        },
        async *list(owner, signal) {
          yield* executor.list(owner, signal);
          for (const { id, run } of waiting) yield { kind: 'reservation', id, run, place: 'memory', since: new Date().toISOString() };
        },
      };
    },
  },
  {
    fault: 'space that an expired reservation keeps',
    caughtBy: 'EX-RESERVE-08',
    members: (executor) => accountant(executor, 8192, true),
  },
  {
    fault: 'one GPU for everybody',
    caughtBy: 'EX-RESERVE-09',
    members: (executor) => ({
      reserve: async (...args) => {
        const answer = await executor.reserve(...args);
        return answer.outcome === 'reserved' ? { ...answer, gpus: answer.gpus.map(() => 'gpu-0') } : answer;
      },
    }),
  },
  {
    fault: 'space that nobody gives back',
    caughtBy: 'EX-RELEASE-03',
    members: (executor) => accountant(executor, 8192, false),
  },
];
