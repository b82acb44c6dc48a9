import type { ExecutorDescription, FailureClass, LogChunk, RunEvent, StopMechanism } from '@ambit/plugin-api';
import type { Disposable } from '../clauses/clause.ts';

/**
 * A place where tasks run, as functions that run tasks there. Tasks are those of the project in `behaviourProject()`, by
 * their ids; whoever runs them reads, slices and bundles that project as any other.
 */
export interface BehaviourContext extends Disposable {
  /** What the place says that it can. What it cannot, the clauses want refused by name. */
  readonly claims: BehaviourClaims;
  /**
   * Starts a run of a task. Where the plan has errors, rejects with `AMBIT_PLAN_INVALID`, whose facts name them. The values of
   * `behaviourSecrets` are those that the run can have, and the engine's process has `behaviourStray` as a variable.
   */
  start(task: string, args: readonly unknown[], options?: { readonly graceMs?: number }): Promise<BehaviourRun>;
  /**
   * The same with an engine that is a process of its own, whose workers go on without one for `ttlMs` only. A context
   * that cannot refuses with `cannotCheck`.
   */
  startApart(task: string, args: readonly unknown[], ttlMs: number): Promise<ApartRun>;
  /** Ends a worker at once, as a crash does: its supervisor and all that it started. */
  kill(worker: string): Promise<void>;
  /** Of the workers of a run, those that live. */
  living(run: string): Promise<readonly string[]>;
  /** Whether a process with this argument lives at the place. A context that cannot see them refuses with `cannotCheck`. */
  processLives(argument: string): Promise<boolean>;
}

export type BehaviourClaims = Pick<ExecutorDescription, 'capacity' | 'cpuReturnable' | 'enforces' | 'stopProof'>;

/** What is known of a run at any time. Types and data of the events are those that the run store has. */
export interface BehaviourRecord {
  readonly events: readonly RunEvent[];
  readonly logs: readonly LogChunk[];
}

export interface BehaviourRun {
  readonly name: string;
  /** Resolves once a task of the run has written this; rejects where the run ends without. */
  says(text: string): Promise<void>;
  cancel(reason: string): Promise<BehaviourCancel>;
  /** Resolves when the run has ended and all of it is recorded. */
  end(): Promise<BehaviourEnd>;
}

export interface BehaviourCancel {
  readonly confirmed: boolean;
  readonly evidence: readonly { readonly worker: string; readonly mechanism?: StopMechanism; readonly detail: string }[];
}

export interface BehaviourEnd extends BehaviourRecord {
  readonly outcome: BehaviourOutcome;
}

export type BehaviourOutcome =
  | { readonly status: 'succeeded'; readonly value: unknown }
  | { readonly status: 'failed'; readonly error: BehaviourError }
  | { readonly status: 'cancelled'; readonly reason: string };

/** An error as every document of Ambit shows it. */
export interface BehaviourError {
  readonly code: string;
  readonly message: string;
  readonly failure?: FailureClass;
  readonly task?: string;
  readonly attempt?: number;
  /** `errors.ts:12` */
  readonly at?: string;
  readonly name?: string;
  readonly stack?: string;
  readonly cause?: BehaviourError;
}

/** A run whose engine can be killed. */
export interface ApartRun {
  readonly name: string;
  says(text: string): Promise<void>;
  /** Kills the engine as `kill -9` does. */
  killEngine(): Promise<void>;
  record(): Promise<BehaviourRecord>;
}
