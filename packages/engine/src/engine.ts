import type { LoadedProject } from '@ambit/bundler';
import type { EnvironmentDefinition, FileFacts, FactRequest, Plan, PlanSettings, PlanStatus, PlanTarget } from '@ambit/core';
import type {
  CallOptions,
  Clock,
  Digest,
  Executor,
  ExecutorDescription,
  ImageBuilder,
  LayerFiles,
  Location,
  Logger,
  Machine,
  ObjectStore,
  Placement,
  RunStore,
  SecretSource,
  StandardSchemaV1,
} from '@ambit/plugin-api';
import type { ErrorDocument, RunNotice, StopEvidence, TypedRunEvent } from './record/events.ts';

/** A question of the planner about the user's files. */
export type FilesRequest = Extract<FactRequest, { kind: 'files' }>;

/** `directory`: used where it lies. Others are portable: they run on any Linux of this platform; of an `image`, the engine makes one. */
export interface WantedRuntime {
  readonly kind: ExecutorDescription['runtime'][number];
  readonly platform: string;
}

/** Everything of the outside that an engine uses; all of it can be a fake. */
export interface EngineParts {
  readonly builders: ReadonlyMap<string, ImageBuilder>;
  readonly executors: ReadonlyMap<string, Executor>;
  /** Of what environments may give an executor. One that has no schema takes no options. */
  readonly optionsSchemas?: ReadonlyMap<string, StandardSchemaV1>;
  readonly runs: RunStore;
  readonly objects: ObjectStore;
  /** Where the values of secrets come from, in the order in which they are asked. Left out: there are none. */
  readonly secrets?: readonly SecretSource[];
  readonly clock: Clock;
  readonly log: Logger;
  /** This machine. */
  readonly machine: Machine;
  /** Worker and Node on this machine, as an executor wants them; each kind is asked for once. */
  runtime(wanted: WantedRuntime, signal: AbortSignal): Promise<Placement['runtime']>;
  /** The contents of such a runtime, for builders. Left out: no image can be made of it. */
  runtimeFiles?(runtime: Placement['runtime'], signal: AbortSignal): Promise<LayerFiles>;
  /** Answers the planner's questions about files. */
  readFiles(request: FilesRequest, signal: AbortSignal): Promise<FileFacts>;
  /** The contents of what `readFiles` gave a digest of, for builders. Left out: images that copy files cannot be built. */
  layerFiles?(request: FilesRequest, signal: AbortSignal): Promise<LayerFiles>;
}

/** How it went with one image of a plan. */
export interface BuiltImageReport {
  readonly identity: Digest;
  /** `skipped`: one that it is built on failed. */
  readonly status: 'built' | 'exists' | 'failed' | 'skipped';
  /** Where it is; empty where it is not. */
  readonly locations: readonly Location[];
  readonly durationMs: number;
  readonly error?: ErrorDocument;
  /** The environments that have it. */
  readonly environments: readonly string[];
}

export interface BuildOptions {
  /** Live: what is built, and what is only shown. Must not throw. */
  readonly onEvent?: ((event: (TypedRunEvent | RunNotice) & { readonly at: string }) => void) | undefined;
  /** An image is done with, whatever becomes of the others. Must not throw. */
  readonly onReport?: ((report: BuiltImageReport) => void) | undefined;
  /** Builds also what is there already. */
  readonly force?: boolean | undefined;
}

export interface Planned {
  readonly project: LoadedProject;
  readonly plan: Plan;
  /** The environments of the plan, by name: names are unique there, and need not be elsewhere in the project. */
  readonly definitions: ReadonlyMap<string, EnvironmentDefinition>;
  /** Where the files lie that its layers name by digest. */
  readonly files: ReadonlyMap<Digest, FilesRequest>;
  /** What lay at the paths from which its layers of npm install. */
  readonly packages: ReadonlyMap<string, Digest>;
}

export interface RunRequest {
  /** A task's id; its environment is a target of the plan. */
  readonly task: string;
  /** All positional arguments, as one encoded array. */
  readonly args: string;
  /** What of this call is other than the task was defined. */
  readonly options?: CallOptions;
  /** `brave-otter-4f2a`; made where left out. */
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Builds also images that are there already. */
  readonly force?: boolean;
  /** How long a task that is to end may take before it is killed. 5 s where left out. */
  readonly graceMs?: number;
  /** Live: every stored event once it is stored, and what is only shown. Must not throw. */
  readonly onEvent?: (
    event: (TypedRunEvent & { readonly seq: number; readonly at: string }) | (RunNotice & { readonly at: string }),
  ) => void;
}

export type RunOutcome =
  | { readonly status: 'succeeded'; readonly value: string }
  | { readonly status: 'failed'; readonly error: ErrorDocument }
  | { readonly status: 'cancelled'; readonly reason: string };

export interface RunHandle {
  readonly name: string;
  readonly startedAt: string;
  /** Resolves when the run has ended and everything of it is stored, its stopped workers included; rejects only where machinery broke. */
  outcome(): Promise<RunOutcome & { readonly endedAt: string; readonly durationMs: number }>;
  /** Idempotent. Resolves when all that ran is stopped, or could not be. */
  cancel(reason: string): Promise<{ confirmed: boolean; evidence: readonly StopEvidence[] }>;
}

/** What came of cancelling a run whose engine is gone. */
export type LeftRunCancel =
  /** An engine has it. */
  | { readonly outcome: 'held' }
  | { readonly outcome: 'over' }
  /** `unreachable`: some of its workers may still live, so the run has not ended. */
  | { readonly outcome: 'cancelled' | 'unreachable'; readonly confirmed: boolean; readonly evidence: readonly StopEvidence[] };

/** Drives runs: plans, builds, places, starts, hands out attempts, records everything in the run store. */
export interface Engine {
  plan(project: LoadedProject, targets: readonly PlanTarget[], settings: PlanSettings, signal: AbortSignal): Promise<Planned>;
  /** Which images of a plan are there already. */
  status(planned: Planned, signal: AbortSignal): Promise<PlanStatus>;
  /**
   * Builds the images of a plan that are not there; those that belong to one machine, on this one. One report for each, in the
   * order of the plan. A plan with errors is refused with `AMBIT_PLAN_INVALID`.
   */
  build(planned: Planned, options: BuildOptions, signal: AbortSignal): Promise<readonly BuiltImageReport[]>;
  /** A plan with errors is refused with `AMBIT_PLAN_INVALID`. */
  run(planned: Planned, request: RunRequest): Promise<RunHandle>;
  /** Stops the workers of a run that no engine has any more, and records its end. */
  cancelLeft(run: string, reason: string, signal: AbortSignal): Promise<LeftRunCancel>;
  dispose(): Promise<void>;
}
