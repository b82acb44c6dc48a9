import type { Executor, WorkerRequest } from '@ambit/plugin-api';
import { changedExecutor } from '../changed-executor.ts';
import { data, errors, events, values } from './mutant.ts';
import type { Mutant } from './mutant.ts';

/** An executor that asks for other workers than it should. */
const requests =
  (change: (request: WorkerRequest) => WorkerRequest): NonNullable<Mutant['executor']> =>
  (executor: Executor) =>
    changedExecutor(executor, {
      reserve: (request, ...rest) => executor.reserve(change(request), ...rest),
      start: (reservation, ...rest) => executor.start({ ...reservation, request: change(reservation.request) }, ...rest),
    });

interface Worked {
  readonly first: object;
  readonly second: object;
}

export const worldMutants: readonly Mutant[] = [
  {
    fault: 'variables that are tidied up',
    caughtBy: 'TB-WORLD-01',
    executor: requests((request) => ({
      ...request,
      env: Object.fromEntries(Object.entries(request.env).map(([name, value]) => [name, value.trim()])),
    })),
  },
  {
    fault: 'all variables of the engine',
    caughtBy: 'TB-WORLD-02',
    executor: requests((request) => ({ ...request, env: { ...(process.env as Record<string, string>), ...request.env } })),
  },
  {
    fault: 'one folder for all attempts',
    caughtBy: 'TB-WORLD-03',
    members: values<Worked>((worked) => ({ ...worked, second: { ...worked.second, names: ['left-behind'] } })),
  },
  { fault: 'folders that stay', caughtBy: 'TB-WORLD-04', members: values<Worked>((worked) => ({ ...worked, cleared: false })) },
  { fault: 'a folder of its own in any image', caughtBy: 'TB-WORLD-05', members: values(() => '/tmp/work/1') },
  { fault: 'code without the files beside it', caughtBy: 'TB-WORLD-06', members: values(() => '') },
  { fault: 'tasks that take themselves for the program', caughtBy: 'TB-WORLD-07', members: values(() => true) },
  {
    fault: 'children that are not recorded',
    caughtBy: 'TB-CALLS-01',
    members: events((all) => all.filter(({ type }, at) => type !== 'action.ended' || at > all.length - 20)),
  },
  { fault: 'results as they come', caughtBy: 'TB-CALLS-02', members: values<readonly number[]>((all) => [...all].reverse()) },
  {
    fault: 'calls that wait for each other',
    caughtBy: 'TB-CALLS-03',
    members: (right) => ({ start: (_, args, options) => right.start('trunk_env.one_by_one', args, options) }),
  },
  {
    fault: 'several attempts at a time in one worker',
    caughtBy: 'TB-CALLS-03',
    members: data('attempt.placed', (placed) => ({ ...placed, worker: 'leaf-env-1' })),
  },
  {
    fault: 'a process for each call',
    caughtBy: 'TB-CALLS-04',
    members: values<readonly number[]>((pids) => pids.map((pid, at) => pid + at)),
  },
  {
    fault: 'a worker for each call',
    caughtBy: 'TB-CALLS-04',
    members: data('attempt.placed', (placed) => ({ ...placed, worker: placed['action'] })),
  },
  { fault: 'calls that end too early', caughtBy: 'TB-CALLS-05', members: values(() => 1) },
  { fault: 'memory as a failure of the task', caughtBy: 'TB-MEMORY-01', members: errors((error) => ({ ...error, failure: 'user' })) },
  {
    fault: 'memory of the task alone',
    caughtBy: 'TB-MEMORY-02',
    members: errors((error) => ({ ...error, code: 'AMBIT_RUNNER_KILLED', failure: 'infrastructure' })),
  },
  {
    fault: 'memory that is not recorded',
    caughtBy: 'TB-MEMORY-03',
    members: data('attempt.ended', ({ peakMemory: _, ...ended }) => ended),
  },
  ...['01', '02', '03'].map((number): Mutant => ({
    fault: `less than was asked for (${number})`,
    caughtBy: `TB-RESOURCES-${number}`,
    members: (right) => ({ start: () => right.start('world_env.is_main', []) }),
  })),
  { fault: 'a limit that is not claimed', caughtBy: 'TB-RESOURCES-04', members: values(() => ({ cpu: 0.5 })) },
];
