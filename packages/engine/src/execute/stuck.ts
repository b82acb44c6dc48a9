import { formatBytes } from '@ambit/plugin-api';
import type { Json } from '@ambit/plugin-api';
import type { ErrorDocument } from '../record/events.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { MOST_WAITING } from './executor-pool.ts';
import type { ExecutorPool } from './executor-pool.ts';
import type { WorkerLoad } from './worker-load.ts';

/**
 * Why a run cannot go on: nothing of it moves, something waits for a place, and what keeps the place is the run's own parents,
 * which wait in turn. Undefined where that is not so.
 */
export function stuckDocument(executors: readonly ExecutorPool[]): ErrorDocument | undefined {
  if (executors.some((executor) => executor.isMoving)) return undefined;
  const blocked = executors.flatMap((executor) => executor.pools).filter((pool) => pool.queue.size > 0);
  const holders = new Set(blocked.flatMap(holdersFor));
  if (holders.size === 0) return undefined;
  const waits = blocked.map(waitOf);
  const holds = [...holders].map(holdOf);
  return {
    code: 'AMBIT_RUN_STUCK',
    failure: 'resources',
    message: `The run cannot go on: ${waits.map(({ text }) => text).join('; ')}. It is all kept by tasks that wait for their children: ${holds.map(({ text }) => text).join('; ')}.`,
    hint: 'Give the environments of waiting parents less memory and no GPUs, or the executor more.',
    facts: { waits: waits.map(({ facts }) => facts), holds: holds.map(({ facts }) => facts) },
  };
}

/** Whose space would let a worker of this environment start or run. */
function holdersFor(pool: EnvironmentPool): readonly WorkerLoad[] {
  const waiting = pool.executor.pools.flatMap((each) => [...each.loads]).filter((load) => load.isWaiting);
  if (pool.waiting >= MOST_WAITING) return waiting.filter((load) => load.pool === pool);
  if (!pool.executor.returnsCpu) return waiting;
  return pool.blocked > 0 && !pool.othersHold ? waiting.filter((load) => load.pool.holdsSpace) : [];
}

interface Told {
  readonly text: string;
  readonly facts: Json;
}

function waitOf({ name, executor, queue, blockedBy, waiting }: EnvironmentPool): Told {
  const why = waiting >= MOST_WAITING ? `it has ${waiting} workers that wait already` : blockedBy || 'all CPUs are kept';
  return {
    text: `${name} waits for a worker on ${executor.name} (${why})`,
    facts: { environment: name, executor: executor.name, actions: queue.size, reason: why },
  };
}

function holdOf({ worker, pool, attempts }: WorkerLoad): Told {
  const { memory, gpu } = pool.environment.resources;
  const task = attempts[0]?.action.task.id ?? '';
  const space =
    [...(memory ? [`${formatBytes(memory[0])} of memory`] : []), ...(gpu ? [`${gpu.count} ${gpu.count === 1 ? 'GPU' : 'GPUs'}`] : [])].join(
      ' and ',
    ) || 'a worker';
  return {
    text: `${task} keeps ${space}`,
    facts: {
      task,
      worker: worker.id,
      environment: pool.name,
      ...(memory ? { memory: memory[0] } : {}),
      ...(gpu ? { gpus: gpu.count } : {}),
    },
  };
}
