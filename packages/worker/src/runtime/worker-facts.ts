import type { CallOptions, CallScope, ScopeOptions, TaskSchemas } from '@ambit/plugin-api';
import { CALL, TASKS, WORKER, readGlobal, setGlobal } from './brands.ts';
import type { TaskContext } from './task-context.ts';

export type TaskFunction = (...args: never[]) => unknown;

/** What a call of a task does here: `ambit.call/1`. `fn` is there where the task can run in this process. */
export type CallTask = (
  task: { readonly id: string; readonly fn?: TaskFunction },
  args: readonly unknown[],
  options?: CallOptions,
) => Promise<unknown>;

/** What only a runner has: `ambit.worker/1`. */
export interface WorkerFacts {
  readonly environment: string;
  /** The attempts that run just now. */
  readonly live: ReadonlySet<{ readonly action: string; readonly attempt: number }>;
  /** A scope for calls of the attempt that the code which asks belongs to. */
  openScope(options: ScopeOptions): CallScope;
  /** Runs a step of that attempt, and records what it gave. */
  step<R>(name: string, fn: () => R | PromiseLike<R>): Promise<R>;
  /** That attempt; `undefined` where there is none. */
  context(): TaskContext | undefined;
}

/** A task that was defined in this process. */
export interface DefinedTask {
  readonly fn: TaskFunction;
  readonly schemas?: TaskSchemas;
}

export function currentCall(): CallTask | undefined {
  return readGlobal<CallTask>(CALL);
}

export function workerFacts(): WorkerFacts | undefined {
  return readGlobal<WorkerFacts>(WORKER);
}

/** The tasks that were defined in this process, by id: `ambit.tasks/1`. */
export function definedTasks(): Map<string, DefinedTask> {
  const known = readGlobal<Map<string, DefinedTask>>(TASKS);
  if (known) return known;
  const tasks = new Map<string, DefinedTask>();
  setGlobal(TASKS, tasks);
  return tasks;
}
