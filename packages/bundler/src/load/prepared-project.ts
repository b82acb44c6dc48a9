import type { Digest } from '@ambit/plugin-api';
import type { Site } from '../observation.ts';
import type { Parameter } from '../project.ts';

/** A marked call. */
export interface MarkedSite extends Site {
  /** What the code calls its mark with: `fold/run.ts:812`, the file and where in it the call begins. */
  readonly id: string;
  /** What is called, as written: `env.task`. */
  readonly callee: string;
}

/** What the code of a task says of it. */
export interface WrittenTask {
  readonly parameters?: readonly Parameter[];
  /** What its input schema takes, as far as the code of that says it. */
  readonly input?: Parameter;
  readonly description?: string;
}

/** A project made ready to be imported: a pure function of the files it came from. */
export interface PreparedProject {
  readonly root: string;
  /** In the order of file and offset. */
  readonly sites: readonly MarkedSite[];
  /** By id of the site. */
  readonly tasks: Readonly<Record<string, WrittenTask>>;
  /** The entry's exports in the order of its text; what `export *` adds is not among them. */
  readonly exported: readonly string[];
  /** The entry is a CommonJS module: its exports are what its default export has. */
  readonly commonJs: boolean;
  /** Names that the project's modules import: what a missing package behind `export *` is asked for. */
  readonly wanted: readonly string[];
  readonly sources: Digest;
  /** The files of the project that were read, by absolute path, each with the SHA-256 of its content. */
  readonly files: Readonly<Record<string, string>>;
  /** By importing file, then by specifier: see `KnownImports`. */
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

/** Something that a package installed here does not export, though a module imports it: another version is meant. */
export interface Unprovided {
  /** The `file:` URL of the package's module. */
  readonly url: string;
  readonly name: string;
}
