import type { AnyEnvironment, AnyTask, Plan, Task } from '@ambit/core';
import type { Run } from './run.ts';

/** What of a run may be said beside its task. */
export interface RunOptions {
  /** The run's name; made where left out. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal;
}

/** Starts runs from a program. Close it when all runs have ended. */
export interface App extends AsyncDisposable {
  /** The same app, with options for what it runs. */
  with(options: RunOptions): App;
  /** Starts a run of a task, in the environment of each task, and resolves once it is recorded. */
  run<A extends readonly unknown[], R>(task: Task<A, R>, ...args: NoInfer<A>): Promise<Run<R>>;
  /** What runs of these would need; builds and starts nothing. */
  plan(...targets: (AnyEnvironment | AnyTask)[]): Promise<Plan>;
  /** Cancels what still runs, and lets everything go. */
  close(): Promise<void>;
}
