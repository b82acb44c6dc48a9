/**
 * A byte stream to a worker's socket. May be slow, may break and be asked for again; one at a time per worker. It carries
 * no half-close: the worker's protocol says goodbye itself. Backpressure may be missing on the way: the protocol's credit
 * windows bound what is in flight.
 */
export interface Connection {
  /** Ends when the stream ends; throws when it breaks. Iterated once. */
  readonly input: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
