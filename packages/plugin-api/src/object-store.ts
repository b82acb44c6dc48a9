import type { Digest } from './json.ts';

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
  list(signal: AbortSignal): AsyncIterable<{ digest: Digest; size: number; at: string }>;
  /** Those that are not there are passed over. */
  delete(digests: readonly Digest[]): Promise<void>;
  dispose(): Promise<void>;
}
