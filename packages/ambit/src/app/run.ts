import type { StopEvidence } from '@ambit/engine';
import type { Outcome } from '@ambit/plugin-api';
import type { Progress } from './run-progress.ts';

/** A run that was started. */
export interface Run<R> {
  /** `brave-otter-4f2a`. */
  readonly name: string;
  /** Of its record. */
  readonly url: string;
  /** The root task's result; rejects with its `TaskError`, or with `AMBIT_RUN_CANCELLED`. */
  result(): Promise<R>;
  outcome(): Promise<Outcome<R>>;
  status(): Promise<Progress | Outcome<R>['status']>;
  /** What is recorded, from `after` on, and then what comes, to the run's end. */
  events(after?: number): AsyncIterable<{ readonly seq: number; readonly at: Date; readonly type: string }>;
  /** Output of its tasks, line by line; with `follow`, until the run has ended. */
  logs(options?: { action?: string; follow?: boolean }): AsyncIterable<RunLogLine>;
  /** Resolves when everything that ran has stopped, with the proof of it, or could not be stopped. */
  cancel(reason?: string): Promise<{ readonly confirmed: boolean; readonly evidence: readonly StopEvidence[] }>;
}

export interface RunLogLine {
  readonly at: Date;
  readonly action: string;
  readonly attempt: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}
