import { AmbitError } from '@ambit/plugin-api';
import { currentCall, definedTasks, workerFacts } from './worker-facts.ts';
import type { TaskFunction } from './worker-facts.ts';

/** A task as bundles have it. */
export interface BundledTask {
  (...args: unknown[]): Promise<unknown>;
  readonly id: string;
  /** The function itself, without another action. */
  local(...args: unknown[]): Promise<unknown>;
}

/** A task of the environment that this code was cut for. */
export function defineTask(id: string, fn: TaskFunction): BundledTask {
  definedTasks().set(id, fn);
  return callable(id, async (...args) => fn(...(args as never[])), fn);
}

/** A task of another environment: its code is not here, but a call of it finds it. */
export function task(id: string): BundledTask {
  return callable(id, async () => {
    throw notHere(id);
  });
}

function callable(id: string, local: (...args: unknown[]) => Promise<unknown>, fn?: TaskFunction): BundledTask {
  const known = fn ? { id, fn } : { id };
  const call = (...args: unknown[]): Promise<unknown> => currentCall()?.(known, args) ?? local(...args);
  return Object.assign(call, { id, local });
}

function notHere(id: string): AmbitError {
  const environment = workerFacts()?.environment;
  const cutFor = environment === undefined ? 'one environment' : `environment ${environment}`;
  return new AmbitError('AMBIT_TASK_NOT_HERE', `The task ${id} cannot run here: this code was cut for ${cutFor}, without ${id}.`, {
    hint: `Call it inside a task, without .local, so that it runs in an environment of its own.`,
    facts: { task: id, ...(environment === undefined ? {} : { environment }) },
  });
}
