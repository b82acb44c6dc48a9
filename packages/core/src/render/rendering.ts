import type { Digest, Layer, LayerEntry, LayerFiles, RenderedStep } from '@ambit/plugin-api';

/** What core knows of the base of a container's image. */
export interface ContainerBase {
  /** A reference or a Dockerfile of the user's: which packages it has and as whom it runs, nobody here knows. */
  readonly isForeign: boolean;
  /** The image that Node and npm are copied from where an npm layer needs them. Absent: the base has them. */
  readonly nodeFrom?: string;
  /** Somebody asked for Node, so it comes without an npm layer too. */
  readonly asksForNode: boolean;
}

export interface RenderRequest {
  /** The reference of the base; under a Dockerfile, which is then the first layer, `scratch`. */
  readonly reference: string;
  readonly base: ContainerBase;
  /** All of them. */
  readonly layers: readonly Layer[];
  /** The first so many are in the parent already. Absent: there is no parent. */
  readonly parentLayers?: number;
  /** The files behind the digests of layers, and below the folders of packages of the user's own. */
  readonly files: RenderFiles;
  /** `RUN --mount` is there. */
  readonly mounts: boolean;
}

export interface RenderFiles {
  of(digest: Digest): Described | undefined;
  /** What npm installs from a path of the user's. */
  package(path: string): Described | undefined;
}

/** Of files only what they are: nothing is read here. */
export type Described = Pick<LayerFiles, 'digest' | 'entries'>;

/** An entry of a build's context, and what is in it: a text, or the file of this path among `LayerFiles`. */
export interface ContextEntry {
  readonly entry: LayerEntry;
  readonly content?: { readonly text: string } | { readonly from: Described; readonly path: string };
}

/** A `RenderedStep` whose context is not yet anything that can be read. */
export interface StepRendering extends Omit<RenderedStep, 'context'> {
  /** Sorted by path, folders before what is in them. */
  readonly context: readonly ContextEntry[];
}
