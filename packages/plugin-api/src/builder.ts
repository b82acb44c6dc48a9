import type { BuiltImage, Existence, ImageIdentity } from './image.ts';
import type { Digest } from './json.ts';
import type { Layer, LayerKind } from './layer.ts';
import type { LayerFiles } from './layer-files.ts';
import type { LocationKind } from './location.ts';
import type { Machine } from './machine.ts';
import type { RenderedImage } from './rendered-image.ts';

/** What a builder can, probed where it must be. The planner matches it against images and executors before anything is built. */
export interface BuilderDescription {
  /** The kinds of layers that it can realise. */
  readonly layers: readonly LayerKind[];
  /** Of kinds that it would realise if something were there: what is missing (`there is no uv on the PATH`), and how to get it. */
  readonly missing?: Readonly<Partial<Record<LayerKind, { readonly why: string; readonly hint: string }>>>;
  /**
   * Of the versions that `Image.fromDebianBase` may ask for, those that it has: majors of Node (`20`), minors of Python (`3.11`).
   * An empty list: none. Absent: any. The planner refuses others by name; so does `build`, which anyone may call.
   */
  readonly debian?: { readonly node?: readonly string[]; readonly python?: readonly string[] };
  readonly features: {
    /** `RUN --mount` in Dockerfiles, of the types `cache` and `bind` (from the context). Without it, files are copied before they are used. */
    readonly cacheMounts: boolean;
    readonly buildSecrets: boolean;
    readonly targets: boolean;
    /** It can build on a parent image; one that cannot is given all layers and builds them all. */
    readonly parents: boolean;
  };
  readonly platforms: readonly string[];
  readonly offers: readonly LocationKind[];
  /** How it wants its context: as a stream (a tar), or as files it reads one by one. */
  readonly context: 'stream' | 'directory';
  /** True for a builder whose result belongs to one machine: the engine builds after placing, with that machine in the request. */
  readonly perMachine: boolean;
  /** How many builds it takes at once. */
  readonly concurrency: number;
}

export interface BuildRequest {
  readonly identity: ImageIdentity;
  readonly base: { readonly reference: string; readonly digest?: Digest };
  /** All of them; the first `parentLayers` are in `parent` already. */
  readonly layers: readonly Layer[];
  readonly parent?: BuiltImage;
  readonly parentLayers: number;
  /** The contents behind the digests of its layers, each once; empty where no layer copies files. */
  readonly files: readonly LayerFiles[];
  /** The values behind the secrets that layers name, each once; absent where they name none. Asked for only by who builds. */
  readonly secrets?: readonly { readonly name: string; value(): Promise<string> }[];
  /** For builders whose result belongs to one machine. */
  readonly machine?: Machine;
  /** For all others: the layers from `parentLayers` on as Dockerfiles, which a builder of containers runs as they are. */
  readonly rendered?: RenderedImage;
  /** Where the built image is pushed too, as `REPOSITORY:TAG` with the first 32 hex digits of the identity as its tag. */
  readonly push?: { readonly repository: string };
}

export type BuildEvent =
  | {
      readonly type: 'step';
      readonly number: number;
      readonly of: number;
      readonly name: string;
      readonly cached: boolean;
      readonly layer?: number;
    }
  | { readonly type: 'progress'; readonly step: number; readonly done: number; readonly total?: number; readonly unit: 'bytes' | 'items' }
  | { readonly type: 'log'; readonly step: number; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'built'; readonly image: BuiltImage };

/** What a description need not say unless it is asked for, since it may take a process to find out. */
export interface DescribeOptions {
  /** An image asks for a version of Python, so `debian.python` is needed. */
  readonly python?: boolean;
}

/** Turns image descriptions into built images. */
export interface ImageBuilder {
  describe(signal: AbortSignal, options?: DescribeOptions): Promise<BuilderDescription>;
  /**
   * Is this image there? A place that cannot be asked is `unknown`, with the reason. With `push`, also as `REPOSITORY:TAG` of
   * a build that was pushed there: then its locations have that one, and it is there even if it is nowhere else any more.
   */
  exists(
    image: ImageIdentity,
    options: { machine?: Machine; push?: { readonly repository: string } },
    signal: AbortSignal,
  ): Promise<Existence>;
  /**
   * Yields steps, progress and log lines, then exactly one `built`, last. A failed build throws `AMBIT_BUILD_FAILED` with
   * the facts `step`, `layer`, `command`, `exitCode` and `log` (its last lines). Where `files` lacks a digest that a layer
   * names, or a file has another content than its entry says, it throws `AMBIT_BUILD_FILES_CHANGED`. Stopping the iteration or
   * aborting leaves nothing behind: no container, half image, temporary tag or folder. Equal requests at once are one build.
   */
  build(request: BuildRequest, signal: AbortSignal): AsyncIterable<BuildEvent>;
  dispose(): Promise<void>;
}
