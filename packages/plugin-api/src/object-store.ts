import type { Digest } from './json.ts';

/** How processes that see the disk of a store hand files over. */
export interface ObjectFolder {
  /**
   * Where files are put for `take`: an absolute path on the disk of the blobs. Who can read there, in the file `proof.name`, what
   * `proof.content` says, sees this very disk; on another machine, or with other mounts, nobody can. It stays until `dispose`.
   */
  open(): Promise<{ readonly directory: string; readonly proof: { readonly name: string; readonly content: string } }>;
  /**
   * Takes a file of that folder for a blob, and never reads it: who put it there vouches for its digest, and does not write to it any
   * more. Taking what is there already is not an error. What is no file right there, or has another size: `AMBIT_OBJECT_REFUSED`.
   */
  take(name: string, options: { readonly digest: Digest; readonly size: number }): Promise<void>;
}

/** Where `File`, `Directory` and large values live: content-addressed blobs. */
export interface ObjectStore {
  /**
   * Stores a blob, visible only when whole. With `digest`, content that does not match is refused with
   * `AMBIT_OBJECT_MISMATCH` and nothing is kept. Storing what is there already is not an error.
   */
  put(data: AsyncIterable<Uint8Array>, options: { digest?: Digest; signal: AbortSignal }): Promise<{ digest: Digest; size: number }>;
  /** Bytes `from` (0) to `to` (the end; exclusive). A blob that is not there: `AMBIT_OBJECT_MISSING`. */
  get(digest: Digest, options: { from?: number; to?: number; signal: AbortSignal }): AsyncIterable<Uint8Array>;
  stat(digest: Digest): Promise<{ size: number; at: string } | undefined>;
  /** A URL that a worker may use without credentials; absent where the store cannot: then the engine relays. */
  presign?(digest: Digest, options: { method: 'GET' | 'PUT'; ttlMs: number }): Promise<string>;
  /** The blob's path on this machine, where it has one. */
  path?(digest: Digest): string | undefined;
  /** A folder of this machine by which whole files are handed over, so that their bytes need not go through this process; absent where there is none. */
  readonly folder?: ObjectFolder;
  list(signal: AbortSignal): AsyncIterable<{ digest: Digest; size: number; at: string }>;
  /** Those that are not there are passed over. */
  delete(digests: readonly Digest[]): Promise<void>;
  dispose(): Promise<void>;
}
