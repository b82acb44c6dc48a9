import type { Executor, WorkerRequest } from '@ambit/plugin-api';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

const changed =
  (executor: MemoryExecutor, change: (request: WorkerRequest) => WorkerRequest): Executor['reserve'] =>
  (request, ...rest) =>
    executor.reserve(change(request), ...rest);

/** Loses the last byte of what is large. */
const short = (chunk: Uint8Array): Uint8Array => (chunk.length > 10_000 ? chunk.subarray(0, -1) : chunk);

export const taskMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'a connection that loses what it sends',
    caughtBy: 'EX-TASK-01',
    members: (executor) => ({
      connect: async (...args) => {
        const connection = await executor.connect(...args);
        return { ...connection, write: (data) => connection.write(short(data)) };
      },
    }),
  },
  {
    fault: 'a connection that loses what it receives',
    caughtBy: 'EX-TASK-01',
    members: (executor) => ({
      connect: async (...args) => {
        const connection = await executor.connect(...args);
        return { ...connection, input: map(connection.input, (chunk) => [short(chunk)]) };
      },
    }),
  },
  {
    fault: 'variables that are tidied up',
    caughtBy: 'EX-TASK-02',
    members: (executor) => ({
      reserve: changed(executor, (request) => ({
        ...request,
        env: Object.fromEntries(Object.entries(request.env).map(([name, value]) => [name, value.trim()])),
      })),
    }),
  },
  {
    fault: 'all variables of the engine',
    caughtBy: 'EX-TASK-02',
    members: (executor) => ({
      reserve: changed(executor, (request) => ({ ...request, env: { ...(process.env as Record<string, string>), ...request.env } })),
    }),
  },
  {
    fault: 'a working folder that is forgotten',
    caughtBy: 'EX-TASK-03',
    members: (executor) => ({ reserve: changed(executor, ({ workdir: _, ...request }) => request) }),
  },
  {
    fault: 'one working folder for all tasks',
    caughtBy: 'EX-TASK-04',
    members: (executor) => ({ reserve: changed(executor, (request) => ({ ...request, workdir: '/shared' })) }),
  },
  {
    fault: 'workers that leave unseen',
    caughtBy: 'EX-TASK-05',
    members: (executor) => ({
      observe: (...args) => map(executor.observe(...args), (event) => (event.type === 'ended' && event.exitCode === 0 ? [] : [event])),
    }),
  },
  {
    fault: 'a proof that says nothing of processes',
    caughtBy: 'EX-TASK-06',
    members: () => ({ stop: async () => ({ stopped: 'proved', mechanism: 'pid-namespace', evidence: 'believe me' }) }),
  },
];
