import { BLOB_WINDOW, FrameKind, MAX_PAYLOAD, frameCost } from './frame.ts';
import type { Batch } from './frame.ts';
import { messageOf } from './protocol-errors.ts';
import { Credit } from './window.ts';

const empty = new Uint8Array();
const more = { kind: FrameKind.more };

/** A blob on its way out. It pulls one chunk ahead of what is sent, and no more. */
export class OutgoingBlob {
  readonly id: number;
  readonly credit = new Credit(BLOB_WINDOW);
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onReady: () => void;
  #chunk: Uint8Array | undefined;
  #end: End | undefined;
  #isDone = false;

  constructor(id: number, data: AsyncIterable<Uint8Array>, onReady: () => void) {
    this.id = id;
    this.#source = data[Symbol.asyncIterator]();
    this.#onReady = onReady;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Begins: the message that tells of it is on its way. */
  start(): void {
    if (!this.#isDone && !this.#end) void this.#pull();
  }

  /** The payload of the frame that may be sent now, and undefined where none may. */
  get next(): Uint8Array | undefined {
    if (this.#isDone) return undefined;
    const payload = this.#chunk ? this.#chunk.subarray(0, MAX_PAYLOAD) : this.#end?.payload;
    const isFree = !this.#chunk && this.#end?.kind === FrameKind.fail;
    return payload && (isFree || frameCost(payload.length) <= this.credit.left) ? payload : undefined;
  }

  /** Packs `next`, for which there must be room. */
  pack(batch: Batch, payload: Uint8Array): number {
    const { kind } = this.#chunk ? more : this.#end!;
    const cost = batch.frame(kind, this.id, payload);
    if (kind !== FrameKind.fail) this.credit.spend(cost);
    if (!this.#chunk) this.#isDone = true;
    else if (payload.length < this.#chunk.length) this.#chunk = this.#chunk.subarray(payload.length);
    else {
      this.#chunk = undefined;
      void this.#pull();
    }
    return cost;
  }

  /** The receiver wants no more. */
  stop(): void {
    if (this.#end) return;
    this.#finish('it was not wanted');
    this.#onReady();
  }

  /** Nobody is there to receive it. */
  drop(): void {
    if (!this.#end) this.#finish('');
    this.#isDone = true;
  }

  async #pull(): Promise<void> {
    try {
      for (;;) {
        const chunk = await this.#source.next();
        if (this.#end) return;
        if (chunk.done) this.#end = { kind: FrameKind.last, payload: empty };
        else if (chunk.value.length > 0) this.#chunk = chunk.value;
        else continue;
        break;
      }
    } catch (error) {
      if (this.#end) return;
      this.#end = failed(messageOf(error));
    }
    this.#onReady();
  }

  #finish(reason: string): void {
    this.#chunk = undefined;
    this.#end = failed(reason);
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }
}

interface End {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

function failed(reason: string): End {
  return { kind: FrameKind.fail, payload: Buffer.from(reason.slice(0, 1000)) };
}
