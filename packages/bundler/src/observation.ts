import type { Digest } from '@ambit/plugin-api';
import type { Place } from '@ambit/core';

/** A call in the user's code whose place matters, by offsets in the file as it is on disk (UTF-16 units, as parsers count). */
export interface Site {
  /** Absolute path of the file. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly at: Place;
}

/** What a site did when the project was loaded. Sites that did not run are not there. */
export interface Observation {
  readonly site: Site;
  /** Each task or environment that a run of the site made, in order. */
  readonly made: readonly Made[];
}

export type Made =
  | {
      readonly kind: 'task';
      readonly id: string;
      readonly name: string;
      readonly environment: string;
      /** The schemas that it has: `input`, `output`. Absent where there is none. */
      readonly schemas?: readonly string[];
    }
  | { readonly kind: 'environment'; readonly name: string };

/** By importing file, then by specifier: the file of the project that it leads to, or `null` where it leads out of the project. */
export type KnownImports = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

/** What cutting bundles needs to know of a loaded project. */
export interface Observed {
  /** Absolute path of the user's module. */
  readonly entry: string;
  /** The folder that places are relative to. */
  readonly root: string;
  /** All sites that ran, in the order of file and offset. */
  readonly observations: readonly Observation[];
  /** Over the paths and contents of every file of the user's that loading read, and what decides how they are read (`tsconfig.json`, `package.json`). */
  readonly sources: Digest;
  /** The user's files that loading read, by absolute path, each with the SHA-256 of what it read, in hexadecimal. */
  readonly files: ReadonlyMap<string, string>;
  /** As far as loading saw them. Absent where a package says that importing some of its modules has no effect. */
  readonly imports?: KnownImports | undefined;
  /** A file that is not as it was when the project was prepared. */
  changed(): string | undefined;
}
