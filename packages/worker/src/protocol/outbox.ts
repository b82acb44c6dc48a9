import { ControlLane } from './control-lane.ts';
import {
  Batch,
  FIRST_BLOB_STREAM,
  FrameKind,
  MAX_PAYLOAD,
  ORDERED_STREAM,
  ORDERED_WINDOW,
  URGENT_STREAM,
  URGENT_WINDOW,
  frameCost,
} from './frame.ts';
import { OutgoingBlob } from './outgoing-blob.ts';
import { protocolBroken } from './protocol-errors.ts';
import type { Credit } from './window.ts';

/** What is kept of the urgent window, so that a goodbye always has room. */
const goodbyeReserve = 4096;

const nothing = new Uint8Array();

/** All that waits to be sent, and in which order it goes: credit, what is urgent, then messages and blobs in turn. */
export class Outbox {
  readonly ordered = new ControlLane(ORDERED_STREAM, ORDERED_WINDOW);
  readonly urgent = new ControlLane(URGENT_STREAM, URGENT_WINDOW - goodbyeReserve);
  readonly #onReady: () => void;
  readonly #batch = new Batch();
  readonly #grants = new Map<number, number>();
  readonly #stops = new Set<number>();
  #blobs: OutgoingBlob[] = [];
  #nextBlob = FIRST_BLOB_STREAM;
  #goodbye: string | undefined;
  #hasSaidGoodbye = false;

  /** `onReady` is called when there is something to send that nobody asked for: of a blob, or about credit. */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  /** About how many bytes of messages wait. */
  get waiting(): number {
    return this.ordered.waiting + this.urgent.waiting;
  }

  get blobs(): number {
    return this.#blobs.length;
  }

  addBlob(data: AsyncIterable<Uint8Array>): OutgoingBlob {
    const blob = new OutgoingBlob(this.#nextBlob, data, this.#onReady);
    this.#nextBlob += 1;
    this.#blobs.push(blob);
    return blob;
  }

  grant(stream: number, bytes: number): void {
    this.#grants.set(stream, (this.#grants.get(stream) ?? 0) + bytes);
    this.#onReady();
  }

  stop(stream: number): void {
    this.#stops.add(stream);
    this.#onReady();
  }

  /** The other end has room again. */
  addCredit(stream: number, bytes: number): void {
    this.#creditOf(stream)?.add(bytes);
    this.#onReady();
  }

  /** The other end wants no more of a blob; one that has ended already needs no word. */
  stopBlob(stream: number): void {
    this.#checkKnown(stream);
    this.#blobs.find((blob) => blob.id === stream)?.stop();
  }

  /** Goes last, when no message waits any more; blobs do not count. */
  sayGoodbye(text: string): void {
    this.#goodbye = text;
    this.dropBlobs();
  }

  get hasSaidGoodbye(): boolean {
    return this.#hasSaidGoodbye;
  }

  dropBlobs(): void {
    for (const blob of this.#blobs) blob.drop();
    this.#blobs = [];
  }

  clear(): void {
    this.dropBlobs();
    this.ordered.clear();
    this.urgent.clear();
    this.#grants.clear();
    this.#stops.clear();
  }

  /** What the next write takes; undefined where nothing can be sent. */
  fill(): Uint8Array | undefined {
    this.#packNotes();
    this.urgent.pack(this.#batch, Infinity);
    while (this.#packRound() > 0) continue;
    if (this.#goodbye !== undefined && this.ordered.isEmpty && this.urgent.isEmpty && this.#batch.room() >= goodbyeReserve) {
      this.#batch.text(FrameKind.last, URGENT_STREAM, this.#goodbye);
      this.#goodbye = undefined;
      this.#hasSaidGoodbye = true;
    }
    return this.#batch.isEmpty ? undefined : this.#batch.take();
  }

  #packNotes(): void {
    for (const [stream, bytes] of this.#grants) {
      const payload = Buffer.allocUnsafe(4);
      payload.writeUInt32BE(bytes);
      this.#batch.room();
      this.#batch.frame(FrameKind.credit, stream, payload);
      this.#grants.delete(stream);
      if (this.#batch.room() < MAX_PAYLOAD / 2) return;
    }
    for (const stream of this.#stops) {
      this.#batch.room();
      this.#batch.frame(FrameKind.stop, stream, nothing);
      this.#stops.delete(stream);
      if (this.#batch.room() < MAX_PAYLOAD / 2) return;
    }
  }

  /** A share of the messages, and a frame of each blob. The next batch begins after the blob where this one was full. */
  #packRound(): number {
    let packed = this.ordered.pack(this.#batch, frameCost(MAX_PAYLOAD));
    for (let turns = this.#blobs.length; turns > 0; turns -= 1) {
      const blob = this.#blobs[0]!;
      const { next } = blob;
      if (next && next.length > this.#batch.room()) return packed;
      if (next) packed += blob.pack(this.#batch, next);
      this.#blobs.shift();
      if (!blob.isDone) this.#blobs.push(blob);
    }
    return packed;
  }

  #creditOf(stream: number): Credit | undefined {
    if (stream === ORDERED_STREAM) return this.ordered.credit;
    if (stream === URGENT_STREAM) return this.urgent.credit;
    this.#checkKnown(stream);
    return this.#blobs.find((blob) => blob.id === stream)?.credit;
  }

  #checkKnown(stream: number): void {
    if (stream >= FIRST_BLOB_STREAM && stream < this.#nextBlob) return;
    throw protocolBroken(`the other end speaks of the stream ${stream}, which was never opened`);
  }
}
