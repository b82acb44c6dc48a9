import type { Digest } from './json.ts';
import type { LayerEntry } from './layer-files.ts';

/** An image, or what it adds to its parent, for builders of containers. The same for the same image, whoever renders it where. */
export interface RenderedImage {
  /**
   * In order, each built on the one before; the image is the last. Two only where layers follow a user's own Dockerfile,
   * which is then the first.
   */
  readonly steps: readonly RenderedStep[];
}

export interface RenderedStep {
  /** Where the Dockerfile lies in `context`. */
  readonly dockerfile: string;
  readonly context: BuildContext;
  /**
   * The value of `AMBIT_BASE`, which rendered Dockerfiles declare before their `FROM ${AMBIT_BASE}`: the image's base, by its digest
   * where that is known; `scratch` where it stands on nothing, as one of the runtime does. A builder gives the reference of the parent, or of the step before, instead where there is one. Absent for a
   * user's own Dockerfile, which says itself what it stands on.
   */
  readonly base?: string;
  /** The stage of a user's Dockerfile that is built; the last where nothing is said. */
  readonly target?: string;
  /** Build arguments: those of a user's Dockerfile, and of a rendered one the values that no line of a Dockerfile can hold. */
  readonly args: Readonly<Record<string, string>>;
  /** The instructions of a rendered Dockerfile after its `FROM`, as they stand there, and the layer that each belongs to. */
  readonly instructions: readonly RenderedInstruction[];
  /** Where instructions look for what the user has set up for the installers that they run. Absent: none does, or the builder has no mounts. */
  readonly settings?: readonly InstallerSettings[];
}

/**
 * An empty folder of the context, which instructions that run an installer mount while they run it, so that nothing of it is in
 * the image. A builder may send files there: `variables.sh`, which the shell reads first, and for npm `npmrc`, which a project's own
 * overrides; what these name (certificates) lies beside them. Engines keep what they were sent, so credentials are not for here.
 */
export interface InstallerSettings {
  /** `pip` is also for uv. */
  readonly installer: 'npm' | 'pip';
  /** Among the entries of the context. */
  readonly folder: string;
  /** Where it lies while the installer runs. */
  readonly target: string;
}

export interface RenderedInstruction {
  /** An index among the `layers` of the request. Absent: it belongs to none, as the image's description (`/opt/ambit/image.json`). */
  readonly layer?: number;
  readonly text: string;
  /** What a person would call it: the command of a `RUN`, or what it installs. */
  readonly name: string;
}

/** What a build may copy from. */
export interface BuildContext {
  /** Over paths, kinds, modes and contents. */
  readonly digest: Digest;
  /** Sorted by path, folders before what is in them. */
  readonly entries: readonly LayerEntry[];
  /**
   * All entries as a tar without times and owners. A file whose content is no longer that of its entry ends the stream with
   * `AMBIT_BUILD_FILES_CHANGED`.
   */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The bytes of the file entry of this path. */
  read(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
