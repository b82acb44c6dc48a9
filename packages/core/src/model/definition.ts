import type { AmbitError, Digest, Layer, ParsedResources, TaskPolicy, TaskSchemas } from '@ambit/plugin-api';
import type { SecretDescription } from './secret.ts';

/** Where something stands in the user's code: `main.ts:12`, the path relative to the project root. Absent where nobody observed it. */
export type Place = string;

/** Milliseconds, checked at definition. */
export type Milliseconds = number;

/** What an image starts from. File paths are absolute here: relative ones were resolved from the module that made the call. */
export type ImageBase =
  | { readonly kind: 'debian'; readonly node?: string; readonly python?: string }
  | { readonly kind: 'reference'; readonly reference: string }
  | {
      readonly kind: 'dockerfile';
      readonly file: string;
      readonly context: string;
      readonly target?: string;
      readonly args: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'named'; readonly name: string };

type LayerOf<Kind extends Layer['kind']> = Extract<Layer, { readonly kind: Kind }>;

/**
 * A layer as the user described it: files by path, not yet by content; npm's `file:` specs too. `to` of a source is absolute, or
 * relative to the folder that the image works in (`.`).
 */
export type LayerDescription =
  | Exclude<Layer, { readonly files: Digest }>
  | (Omit<LayerOf<'npm-project'>, 'files' | 'lock'> & { readonly directory: string })
  | (Omit<LayerOf<'requirements'>, 'files'> & { readonly file: string })
  | (Omit<LayerOf<'uv-project'>, 'files'> & { readonly directory: string })
  | (Omit<LayerOf<'source'>, 'files'> & { readonly from: string });

/** What an `Image` value is, as plain data. */
export interface ImageDescription {
  readonly base: ImageBase;
  readonly platforms?: readonly string[];
  readonly layers: readonly (LayerDescription & { readonly at?: Place })[];
  /** Of the call that said what it starts from. */
  readonly at?: Place;
}

export interface TaskDefinition {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly policy: TaskPolicy;
  /** What checks the input, which is then the one parameter, and the result; as the user wrote it, the only thing here that is not plain data. */
  readonly schema?: TaskSchemas;
  readonly at?: Place;
}

/** An edge of `dependsOn`; `at` is the line of the `new TaskEnvironment` or `addDependency` call that made it. */
export interface DependencyEdge {
  readonly environment: EnvironmentDefinition;
  readonly at?: Place;
}

/**
 * What a `TaskEnvironment` value is, as plain data (but for `dependsOn`, which holds definitions). Found on a value by
 * `environmentDefinition(value)`: by brand, so that two copies of the package and subclasses work. Live: `tasks` and `dependsOn`
 * are what the user's modules have defined by now.
 */
export interface EnvironmentDefinition {
  readonly name: string;
  readonly description?: string;
  /** A string is a plain reference, used as it is. Absent: `Image.fromDebianBase()`. */
  readonly image?: ImageDescription | string;
  readonly resources: ParsedResources;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets?: readonly SecretDescription[];
  readonly dependsOn: readonly DependencyEdge[];
  readonly builder?: string;
  /** The first that fits. */
  readonly executors?: readonly string[];
  /** By own name, in order of definition. */
  readonly tasks: ReadonlyMap<string, TaskDefinition>;
  readonly at?: Place;
}

/** Why something that was to be defined could not be. */
export type DefinitionError = AmbitError;
