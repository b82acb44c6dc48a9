import type { PreflightFinding } from '@ambit/plugin-api';
import { memoryMachine } from '@ambit/testkit';
import type { MemoryExecutor } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { wrong } from '../wrong.ts';

const prepared = new Set<string>();

const error: PreflightFinding = { code: 'ODD', message: 'it is odd', hint: 'make it even', environment: 'main', severity: 'error' };

export const planMutants: readonly Mutant<MemoryExecutor>[] = [
  {
    fault: 'a description that changes',
    caughtBy: 'EX-DESCRIBE-01',
    members: (executor) => ({
      describe: async (signal) => ({ ...(await executor.describe(signal)), platforms: [`linux/${Math.random()}`] }),
    }),
  },
  {
    fault: 'GPUs that have one name',
    caughtBy: 'EX-DESCRIBE-02',
    members: (executor) => ({
      describe: async (signal) => {
        const { capacity, ...description } = await executor.describe(signal);
        return {
          ...description,
          ...(capacity ? { capacity: { ...capacity, gpus: capacity.gpus.map((gpu) => ({ ...gpu, id: 'gpu' })) } } : {}),
        };
      },
    }),
  },
  { fault: 'an error in what fits', caughtBy: 'EX-PREFLIGHT-01', members: () => ({ preflight: async () => [error] }) },
  { fault: 'a look ahead that finds nothing', caughtBy: 'EX-PREFLIGHT-02', members: () => ({ preflight: async () => [] }) },
  {
    fault: 'an error of another environment',
    caughtBy: 'EX-PREFLIGHT-02',
    members: (executor) => ({
      preflight: async (requests, signal) =>
        (await executor.preflight(requests, signal)).map((finding) => ({ ...finding, environment: requests[0]!.environment })),
    }),
  },
  {
    fault: 'a look ahead that reserves',
    caughtBy: 'EX-PREFLIGHT-03',
    members: (executor) => ({
      preflight: async (requests, signal) => {
        for (const request of requests) await executor.reserve(request, undefined, signal);
        return [];
      },
    }),
  },
  {
    fault: 'a machine whose directories are not accepted',
    caughtBy: 'EX-MACHINE-01',
    members: () => ({ machine: () => memoryMachine({ id: 'another' }) }),
  },
  {
    fault: 'a machine for which a missing program is a failed one',
    caughtBy: 'EX-MACHINE-02',
    members: () => ({ machine: () => memoryMachine({ run: async ([program]) => ({ code: program === 'sh' ? 3 : 127 }) }) }),
  },
  {
    fault: 'a machine that writes behind what is there',
    caughtBy: 'EX-MACHINE-02',
    members: (executor) => ({
      machine: (reservation) =>
        wrong(executor.machine!(reservation)!, (machine) => ({
          write: async (path, data, options) => {
            const before = (machine as ReturnType<typeof memoryMachine>).files.get(path);
            await machine.write(path, joined(before ?? new Uint8Array(), data), options);
          },
        })),
    }),
  },
  {
    fault: 'images that are brought once',
    caughtBy: 'EX-PREPARE-01',
    members: (executor) => ({
      async *prepare(reservation, placement, signal) {
        const { id } = reservation.request;
        if (prepared.has(id)) throw new TypeError('it is there already');
        prepared.add(id);
        yield* executor.prepare!(reservation, placement, signal);
      },
    }),
  },
  {
    fault: 'more that is done than there is',
    caughtBy: 'EX-PREPARE-01',
    members: () => ({
      async *prepare() {
        yield { what: 'image', done: 2, total: 1 };
      },
    }),
  },
  {
    fault: 'a start before it is asked for',
    caughtBy: 'EX-PREPARE-02',
    members: (executor) => ({
      async *prepare(reservation, placement, signal) {
        await executor.start(reservation, placement, signal);
        yield { what: 'image', done: 1 };
      },
    }),
  },
];

async function* joined(before: Uint8Array, data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield before;
  yield* data;
}
