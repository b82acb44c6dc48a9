import { BLOB_WINDOW, frameCost } from './frame.ts';
import { Window } from './window.ts';

/** What a blob tells the connection that it comes by. */
export interface BlobReceiver {
  grant(bytes: number): void;
  /** Its reader wants no more of it. */
  stop(): void;
}

/** A blob as it arrives. Iterated once; leaving the iteration stops its sender. */
export class IncomingBlob implements AsyncIterable<Uint8Array> {
  /** Resolves when nothing more of it comes, read or not. */
  readonly closed: Promise<void>;
  readonly #receiver: BlobReceiver;
  readonly #window: Window;
  #chunks: Uint8Array[] = [];
  #end: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;
  #close: () => void = () => undefined;
  #isUnwanted = false;

  constructor(receiver: BlobReceiver) {
    this.#receiver = receiver;
    this.#window = new Window(BLOB_WINDOW, (bytes) => receiver.grant(bytes));
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  push(payload: Uint8Array): void {
    this.#window.arrive(frameCost(payload.length));
    if (this.#isUnwanted) return;
    if (payload.length === 0) return this.#window.use(frameCost(0));
    // A small part would keep all that came with it.
    this.#chunks.push(payload.length < 4096 ? new Uint8Array(payload) : payload);
    this.#wake();
  }

  /** What has come before is still read. */
  finish(error?: Error): void {
    this.#end ??= error ? { error } : {};
    this.#close();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk) {
          if (!this.#end) this.#window.use(frameCost(chunk.length));
          yield chunk;
        } else if (this.#end?.error) throw this.#end.error;
        else if (this.#end) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.stop();
    }
  }

  /** No more of it is wanted. */
  stop(): void {
    if (this.#isUnwanted) return;
    this.#isUnwanted = true;
    this.#chunks = [];
    if (!this.#end) this.#receiver.stop();
  }
}
