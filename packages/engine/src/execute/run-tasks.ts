import { AmbitError } from '@ambit/plugin-api';
import type { Planned } from '../engine.ts';
import type { RunTask } from './action.ts';

/** The tasks that a run may call: those of the environments of its plan, by id. */
export function runTasks({ plan, definitions }: Planned): ReadonlyMap<string, RunTask> {
  const tasks = new Map<string, RunTask>();
  for (const { name } of plan.environments)
    for (const { id, policy } of definitions.get(name)?.tasks.values() ?? []) tasks.set(id, { id, environment: name, policy });
  return tasks;
}

export function rootTask(tasks: ReadonlyMap<string, RunTask>, id: string): RunTask {
  const task = tasks.get(id);
  if (task) return task;
  throw new AmbitError('AMBIT_RUN_TASK_UNKNOWN', `The plan has no task ${id}.`, {
    hint: 'Plan with this task as the target.',
    facts: { task: id, tasks: [...tasks.keys()] },
  });
}
