import { AmbitError } from '@ambit/plugin-api';
import type { Connection, WorkerHandle } from '@ambit/plugin-api';
import { acceptEngine } from '@ambit/worker/protocol';
import { connectionPair } from '@ambit/testkit';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';

const connected = new Set<string>();
const open = new Set<string>();

function brokenConnection(): Connection {
  const pair = connectionPair();
  pair.break();
  return pair.engine;
}

/** Of a worker that knows nothing of those who connected before. */
function forgetful(worker: string, publicKey: string): Connection {
  const pair = connectionPair();
  const ignore = (): void => undefined;
  acceptEngine(
    pair.worker,
    {
      identity: { worker, incarnation: 'the same', publicKey },
      epochs: { highest: 0 },
      state: () => ({ type: 'state', running: [], unacknowledged: [] }),
      onMessage: ignore,
      onBundle: ignore,
      onEnd: ignore,
    },
    AbortSignal.timeout(10_000),
  ).catch(ignore);
  return pair.engine;
}

export const connectMutants: readonly Mutant<MemoryExecutor>[] = [
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
        if (connected.has(handle.id)) return brokenConnection();
        connected.add(handle.id);
        return executor.connect(handle, ...args);
      },
    }),
  },
  {
    fault: 'a worker that forgets who was its engine',
    caughtBy: 'EX-CONNECT-03',
    members: (executor) => {
      const keys = new Map<string, string>();
      return {
        reserve: (request, ...args) => {
          keys.set(request.id, request.publicKey);
          return executor.reserve(request, ...args);
        },
        connect: async ({ id }) => forgetful(id, keys.get(id) ?? ''),
      };
    },
  },
  {
    fault: 'a connection to what is gone',
    caughtBy: 'EX-CONNECT-04',
    members: () => ({ connect: async () => brokenConnection() }),
  },
  {
    fault: 'a worker that dies of loneliness',
    caughtBy: 'EX-CONNECT-05',
    members: (executor) => ({
      connect: async (handle, signal) => ({ ...(await executor.connect(handle, signal)), close: () => executor.kill(handle.id) }),
    }),
  },
  {
    fault: 'a worker that has an engine already',
    caughtBy: 'EX-CONNECT-06',
    members: (executor) => ({
      connect: async (handle, signal) => {
        if (open.has(handle.id)) throw new AmbitError('AMBIT_WORKER_BUSY', 'There is an engine.', { hint: 'Wait.' });
        open.add(handle.id);
        const connection = await executor.connect(handle, signal);
        const close = (): Promise<void> => {
          open.delete(handle.id);
          return connection.close();
        };
        return { ...connection, close };
      },
    }),
  },
  {
    fault: 'a connection whose end nobody is told',
    caughtBy: 'EX-CONNECT-07',
    members: (executor) => ({ connect: async (...args) => ({ ...(await executor.connect(...args)), close: async () => undefined }) }),
  },
];
