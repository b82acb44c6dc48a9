import type { Digest } from './json.ts';

/** A file, folder or link among `LayerFiles`. `path` is relative, has `/` between its parts, and never leads out. */
export type LayerEntry =
  | {
      readonly path: string;
      readonly kind: 'file';
      /** Permission bits, as in `0o755`. */
      readonly mode: number;
      /** Bytes. */
      readonly size: number;
      readonly digest: Digest;
    }
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number }
  /** `target` is relative, and leads to a place among these entries. */
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

/**
 * The contents behind a digest that a layer names (`files` of `source`, `npm-project`, `requirements`, `uv-project` and
 * `dockerfile`), wherever they lie. Read at build time, so they may have changed since the plan: who reads a file compares
 * what it got with the digest of its entry, and refuses another one with `AMBIT_BUILD_FILES_CHANGED`.
 */
export interface LayerFiles {
  /** What the layer names them by. */
  readonly digest: Digest;
  /**
   * Sorted by path, folders before what is in them; empty folders too. Of requirements, the file itself comes first and is
   * followed by those that it names; of a Dockerfile, `Dockerfile` comes first and is followed by its context below `context/`.
   */
  readonly entries: readonly LayerEntry[];
  /** The bytes of the file entry of this path. A file that is gone: an error whose `code` is `ENOENT`. */
  read(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
