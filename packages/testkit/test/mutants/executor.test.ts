import type { Connection, WorkerHandle } from '@ambit/plugin-api';
import { connectionPair, executorClauses } from '@ambit/testkit';
import type { MemoryExecutor } from '@ambit/testkit';
import { memoryExecutorContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { map } from './wrong.ts';

/** Ids of workers that a mutant has started. */
const started = new Set<string>();

function brokenConnection(): Connection {
  const pair = connectionPair();
  pair.break();
  return pair.engine;
}

const gone = { is: 'gone', cause: { failure: 'infrastructure', code: 'GONE', message: 'it is gone', facts: {} } } as const;

catches<MemoryExecutor, ReturnType<typeof memoryExecutorContext>>(
  'executor',
  executorClauses,
  (wrap) => memoryExecutorContext(wrap, { capacity: { cpu: 4, memory: 8192, gpus: [] } }),
  [
    {
      fault: 'a description that changes',
      caughtBy: 'EX-DESCRIBE-01',
      members: (executor) => ({
        describe: async (signal) => ({ ...(await executor.describe(signal)), platforms: [String(Math.random())] }),
      }),
    },
    {
      fault: 'another answer for the same id',
      caughtBy: 'EX-RESERVE-01',
      members: (executor) => ({ reserve: async (...args) => ({ ...(await executor.reserve(...args)), place: String(Math.random()) }) }),
    },
    {
      fault: 'space for what can never fit',
      caughtBy: 'EX-RESERVE-02',
      members: (executor) => ({
        reserve: (request, ...args) => executor.reserve({ ...request, resources: { cpu: { request: 1 } } }, ...args),
      }),
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
      fault: 'an instance that finds nothing after a crash',
      caughtBy: 'EX-FIND-01',
      members: () => ({ find: async () => ({ is: 'never-started' }) }),
    },
    { fault: 'a reservation taken for a dead worker', caughtBy: 'EX-FIND-02', members: () => ({ find: async () => gone }) },
    {
      fault: 'connections that lead to another worker',
      caughtBy: 'EX-CONNECT-01',
      members: (executor) => {
        let first: WorkerHandle | undefined;
        return { connect: (handle, ...args) => executor.connect((first ??= handle), ...args) };
      },
    },
    {
      fault: 'a worker with a key of its own',
      caughtBy: 'EX-CONNECT-01',
      members: (executor) => ({ reserve: (request, ...args) => executor.reserve({ ...request, publicKey: 'another' }, ...args) }),
    },
    {
      fault: 'a connection that is given once',
      caughtBy: 'EX-CONNECT-02',
      members: (executor) => ({
        connect: async (handle, ...args) => {
          if (started.has(`connected ${handle.id}`)) return brokenConnection();
          started.add(`connected ${handle.id}`);
          return executor.connect(handle, ...args);
        },
      }),
    },
    {
      fault: 'a connection to what is gone',
      caughtBy: 'EX-CONNECT-04',
      members: () => ({ connect: async () => brokenConnection() }),
    },
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
      fault: 'a release of what lives',
      caughtBy: 'EX-RELEASE-01',
      members: (executor) => ({ release: (...args) => executor.release(...args).catch(() => undefined) }),
    },
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
  ],
);
