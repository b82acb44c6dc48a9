import { CALL, TASKS, WORKER, readGlobal, setGlobal } from './brands.ts';

export type TaskFunction = (...args: never[]) => unknown;

/** What a call of a task does here: `ambit.call/1`. `fn` is there where the task can run in this process. */
export type CallTask = (task: { readonly id: string; readonly fn?: TaskFunction }, args: readonly unknown[]) => Promise<unknown>;

/** What only a runner has: `ambit.worker/1`. */
export interface WorkerFacts {
  readonly environment: string;
  /** The attempts that run just now. */
  readonly live: ReadonlySet<{ readonly action: string; readonly attempt: number }>;
}

export function currentCall(): CallTask | undefined {
  return readGlobal<CallTask>(CALL);
}

export function workerFacts(): WorkerFacts | undefined {
  return readGlobal<WorkerFacts>(WORKER);
}

/** The functions of the tasks that were defined in this process, by id: `ambit.tasks/1`. */
export function definedTasks(): Map<string, TaskFunction> {
  const known = readGlobal<Map<string, TaskFunction>>(TASKS);
  if (known) return known;
  const tasks = new Map<string, TaskFunction>();
  setGlobal(TASKS, tasks);
  return tasks;
}
