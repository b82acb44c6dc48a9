import type { BuilderDescription, Digest, ExecutorDescription, FoundImage, Json, Layer, ParsedResources } from '@ambit/plugin-api';
import type { EnvironmentDefinition, Place } from '../model/definition.ts';
import type { ContainerBase } from '../render/rendering.ts';

/** What is to be planned: a task to run, or an environment. */
export interface PlanTarget {
  readonly environment: EnvironmentDefinition;
  /** The task's id, where the target is a task. */
  readonly task?: string;
}

/** What profile or configuration say of a place. `builder` may be `auto`; of `executor`, the first that fits. `by` names the source. */
export interface PlaceSetting {
  readonly builder?: string;
  readonly executor?: readonly string[];
  /** For the executor. */
  readonly options?: Readonly<Record<string, Json>>;
  readonly by: string;
}

/** What decides besides the code, by rank: `builder` and `executor`, `environments`, the environment's own code, `defaults`. */
export interface PlanSettings {
  /** Of flag or variable: overrides everything. `by` is what stands in `builderBy`: `--builder`, `AMBIT_BUILDER`. */
  readonly builder?: { readonly name: string; readonly by: string };
  readonly executor?: { readonly name: string; readonly by: string };
  /** Of what is said of an environment by name. */
  readonly environments?: Readonly<Record<string, PlaceSetting>>;
  /** Of what is said in general. Without it: builder `auto`, and the first of `executors`. */
  readonly defaults?: PlaceSetting;
  /** `linux/amd64`, of this machine: what images are made for where neither they nor their executor say otherwise. */
  readonly platform: string;
  /** Where builders of containers push images that an executor takes from a registry; `all`: all that they build. */
  readonly push?: { readonly repository: string; readonly all: boolean };
  /** References of named images (`Image.fromRefName`); `node` and `python` stand for what `Image.fromDebianBase` starts from. */
  readonly images?: Readonly<Record<string, string>>;
  /** The builders and executors there are, in the order in which `auto` tries them: `host` first. */
  readonly builders: readonly string[];
  readonly executors: readonly string[];
}

export interface PlanInput {
  /** In the order given. */
  readonly targets: readonly PlanTarget[];
  /** What else the file defines or reaches: a clash with these is a warning. */
  readonly others?: readonly EnvironmentDefinition[];
  readonly settings: PlanSettings;
}

/** Something that must be looked up before a plan can be made. `key` is the key of its answer in `Facts`. */
export type FactRequest =
  | {
      readonly kind: 'files';
      readonly key: string;
      readonly what: 'npm-project' | 'requirements' | 'uv-project' | 'source' | 'dockerfile';
      readonly path: string;
      readonly context?: string;
      readonly at?: Place;
      readonly environment: string;
    }
  | { readonly kind: 'bundle'; readonly key: string; readonly environment: EnvironmentDefinition }
  /** `python`: an image asks for a version of Python. */
  | { readonly kind: 'builder'; readonly key: string; readonly python?: true }
  | { readonly kind: 'executor'; readonly key: string }
  /** What an executor has against the options that an environment gives it. */
  | { readonly kind: 'options'; readonly key: string; readonly executor: string; readonly options: Readonly<Record<string, Json>> }
  /** Whether an executor can have an image that is used as it is. */
  | { readonly kind: 'reference'; readonly key: string; readonly executor: string; readonly reference: string }
  /** Whether anybody has the secret of this name; its value is not asked for. */
  | { readonly kind: 'secret'; readonly key: string };

/** `asked` names the sources, in the order in which they were asked. */
export interface SecretFacts {
  readonly found: boolean;
  readonly asked: readonly string[];
}

export interface FileFacts {
  readonly digest: Digest;
  /** npm-project: a lock file is there. */
  readonly lock?: boolean;
  /** npm-project: the names of the packages that it installs. Absent: nobody knows, so none is said to be missing. */
  readonly packages?: readonly string[];
}
/** An npm package that a bundle imports, and how it came to that: the chain of modules from the environment's own, and the package's specifier as written. */
export interface PackageUse {
  readonly name: string;
  readonly specifier: string;
  readonly chain: readonly Place[];
  /** Guarded by `try`, so that its absence is no error. */
  readonly optional: boolean;
}
export interface BundleFacts {
  readonly digest: Digest;
  /** Packages that the bundle imports and the image must have; sorted by name. */
  readonly packages: readonly PackageUse[];
  /** By package: the version that the user's `package.json` asks for, as it stands there. Absent: nothing is asked. */
  readonly wants?: Readonly<Record<string, string>>;
  /** Calls to tasks of other environments, found in the code. `task` is the id. */
  readonly calls: readonly { readonly task: string; readonly environment: string; readonly at: Place }[];
  /** What the bundler has to say: opaque sites and the like. */
  readonly diagnostics: readonly Diagnostic[];
}
/** What an executor knows of an image that is used as it is. */
export type ReferenceFacts = FoundImage;

/** `faults`: what is wrong with options, each with its name (`nope is not known`); empty where nothing is. */
export interface OptionsFacts {
  readonly faults: readonly string[];
}

/** An answer is the fact, or the reason why there is none. */
export type Answer<T> = T | { readonly failed: string; readonly code?: string };

export interface Facts {
  readonly files: Readonly<Record<string, Answer<FileFacts>>>;
  /** By environment name; where two definitions share one name, that is an error of the plan anyway. */
  readonly bundles: Readonly<Record<string, Answer<BundleFacts>>>;
  readonly builders: Readonly<Record<string, Answer<BuilderDescription>>>;
  readonly executors: Readonly<Record<string, Answer<ExecutorDescription>>>;
  readonly secrets: Readonly<Record<string, Answer<SecretFacts>>>;
  readonly references: Readonly<Record<string, Answer<ReferenceFacts>>>;
  readonly options: Readonly<Record<string, Answer<OptionsFacts>>>;
}

export interface Diagnostic {
  readonly code: `AMBIT_${string}`;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly hint: string;
  readonly at?: Place;
  readonly environment?: string;
}

/** In a list: targets first, then every edge in the order of the walk. */
export type RequiredBy = { readonly target: string } | { readonly environment: string; readonly at?: Place };

export interface PlannedEnvironment {
  readonly name: string;
  readonly at?: Place;
  readonly tasks: readonly string[];
  readonly requiredBy: readonly RequiredBy[];
  /** The key of its entry in `images`: identity, platform and builder together. Absent for a plain reference, and where the image is in error. */
  readonly image?: Digest;
  readonly reference?: string;
  readonly builder?: string;
  readonly builderBy?: string;
  readonly executor?: string;
  readonly executorBy?: string;
  readonly resources: ParsedResources;
  readonly env: Readonly<Record<string, string>>;
  /** What its executor is to do otherwise for it; absent where nothing is said. */
  readonly options?: Readonly<Record<string, Json>>;
  /** Names; absent where there are none. */
  readonly secrets?: readonly string[];
  readonly bundle?: Digest;
  readonly packages: readonly string[];
}

export interface PlannedImage {
  readonly identity: Digest;
  readonly platform: string;
  /** The identity of the image of this plan on which it is built: the longest whose description is a beginning of this one's. */
  readonly parent?: Digest;
  /** A reference. `scratch` under a Dockerfile; `debian:bookworm-slim` where a builder takes a machine as it is and nobody asked for a Node. */
  readonly base: string;
  /** What is known of the base, for builders of containers; absent for those that take a machine as the base. */
  readonly container?: ContainerBase;
  /** All of them, from the base on; the first `parentLayers` are the parent's. */
  readonly layers: readonly (Layer & { readonly summary: string; readonly at?: Place })[];
  readonly parentLayers: number;
  readonly environments: readonly string[];
  /** Of the call that said what it starts from, of the first of equal ones; else of the first environment. */
  readonly at?: Place;
  readonly builder?: string;
  /** Where its builder pushes it, since an executor takes it from there. */
  readonly push?: { readonly repository: string };
}

/** An image that is used as it is: nobody builds it, and executors have it from where they will. */
export interface PlannedReference {
  readonly reference: string;
  /** Of its content, where the executor could say it, or the reference does. */
  readonly digest?: Digest;
  readonly platform: string;
  readonly executor?: string;
  readonly environments: readonly string[];
  readonly status: 'exists' | 'unknown';
  readonly reason: string;
}

/** A runtime that becomes an image in a registry, for executors that take it from there. What is in it, the plan does not know. */
export interface PlannedRuntime {
  readonly platform: string;
  readonly builder: string;
  /** Absent where its builder has a place of its own in a registry. */
  readonly push?: { readonly repository: string };
  readonly environments: readonly string[];
}

/** Frozen JSON data: which environments the targets need, why, which images that means, in which order, and what is wrong. */
export interface Plan {
  readonly version: 1;
  readonly digest: Digest;
  readonly targets: readonly string[];
  /** In the order of the walk: pre-order, first visit. */
  readonly environments: readonly PlannedEnvironment[];
  /** In build order: parents first, else in order of first use. */
  readonly images: readonly PlannedImage[];
  /** In order of first use; absent where there are none. */
  readonly references?: readonly PlannedReference[];
  /** In order of first use; absent where there are none. Outside the digest: they are brought along. */
  readonly runtimes?: readonly PlannedRuntime[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is already there: an overlay that never changes the plan or its digest. By `imageKey`. */
export interface PlanStatus {
  readonly images: Readonly<
    Record<string, { readonly status: 'exists' | 'build' | 'unknown'; readonly reason: string; readonly changed?: readonly string[] }>
  >;
}
