import type { BundleFacts, CallOptions, EnvironmentDefinition, Place, TaskDefinition } from '@ambit/core';

export interface LoadOptions {
  /** Absolute path of the user's module. */
  readonly entry: string;
  /** What messages call it where it is not there; its path where left out. */
  readonly called?: string;
  /** `$XDG_CACHE_HOME/ambit`: loaded code and bundles are kept below it. */
  readonly cacheDirectory: string;
  /** `file:` URL of the `ambit` that the caller runs: taken where the importing file finds none installed. */
  readonly ambit?: string;
}

/** A parameter of a task, as its code says: for flags, help and completion. */
export interface Parameter {
  readonly name: string;
  readonly kind:
    'string' | 'number' | 'boolean' | 'bigint' | 'date' | 'url' | 'file' | 'directory' | 'enum' | 'list' | 'object' | 'json' | 'untyped';
  /** Of `enum`. */
  readonly values?: readonly (string | number)[];
  /** Of `list`: what an item is. */
  readonly of?: Omit<Parameter, 'name' | 'optional' | 'rest'>;
  /** Of `object`, where the code says what is in it. */
  readonly fields?: readonly Parameter[];
  readonly optional: boolean;
  readonly rest: boolean;
  /** The default as written in the code. */
  readonly default?: string;
  readonly description?: string;
}

export interface LoadedTask {
  readonly definition: TaskDefinition;
  readonly environment: EnvironmentDefinition;
  /** The name under which the entry exports it. */
  readonly exportedAs?: string;
  /** What the entry exports is an override of the task: what that says. */
  readonly options?: CallOptions;
  /** Absent where the code does not say (a function that is not written at the call). */
  readonly parameters?: readonly Parameter[];
  readonly description?: string;
}

/** Code of one environment: an ES module and its assets. Paths are relative to the work folder. */
export interface EnvironmentBundle extends BundleFacts {
  readonly environment: string;
  /** The module to import. */
  readonly entry: string;
  readonly files: readonly { readonly path: string; readonly mode: number; readonly data: Uint8Array }[];
}

/** The user's code, loaded once. */
export interface LoadedProject {
  readonly entry: string;
  /** The folder that places are relative to: of the entry's nearest `package.json`, else its own. */
  readonly root: string;
  /** The entry's exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Exported environments, in order of export, then all others that are reachable. */
  readonly environments: readonly { readonly definition: EnvironmentDefinition; readonly exportedAs?: string }[];
  readonly tasks: readonly LoadedTask[];
  /** The bundle of one environment; made once, cached by content. */
  bundle(environment: EnvironmentDefinition): Promise<EnvironmentBundle>;
}

export type LoadProject = (options: LoadOptions) => Promise<LoadedProject>;

export type { Place };
