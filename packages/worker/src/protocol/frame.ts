// A frame: kind (1 byte), length of the payload (3 bytes), stream (4 bytes), payload; big endian. Streams 0 and 1 carry
// messages, the others a blob each. Ids of blobs are counted by their sender, so both ends have an id of their own for each number.

export const FRAME_HEADER = 8;
export const MAX_PAYLOAD = 64 * 1024;

/** Messages in order. */
export const ORDERED_STREAM = 0;
/** Messages that overtake: each in one frame. */
export const URGENT_STREAM = 1;
export const FIRST_BLOB_STREAM = 2;

/** How many bytes of a stream, headers counted, may be under way or wait at their receiver. */
export const ORDERED_WINDOW = 1024 * 1024;
export const URGENT_WINDOW = 256 * 1024;
export const BLOB_WINDOW = 256 * 1024;

/** How many blobs one end may send at once. */
export const MAX_BLOBS = 256;

export const FrameKind = {
  /** A part; the same text or blob goes on. */
  more: 1,
  /** The end of one text of a message; another follows. */
  next: 2,
  /** The end of a message or blob. */
  last: 3,
  /** The sender of a blob gives it up. The payload says why. */
  fail: 4,
  /** The receiver of a blob wants no more of it. */
  stop: 5,
  /** The receiver has room for so many bytes more (4 bytes). */
  credit: 6,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** What a frame takes of its stream's window. */
export function frameCost(payload: number): number {
  return FRAME_HEADER + payload;
}

const slabSize = 2 * frameCost(MAX_PAYLOAD) + 4096;

/** Frames on their way into one write. Bytes that were taken are never written over. */
export class Batch {
  #slab = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** Room for the payload of one more frame; an empty batch has room for any. */
  room(): number {
    const room = this.#slab.length - this.#end - FRAME_HEADER;
    if (room >= MAX_PAYLOAD || !this.isEmpty) return Math.min(room, MAX_PAYLOAD);
    this.#slab = Buffer.allocUnsafeSlow(slabSize);
    this.#start = this.#end = 0;
    return MAX_PAYLOAD;
  }

  frame(kind: FrameKind, stream: number, payload: Uint8Array): number {
    this.#slab.set(payload, this.#end + FRAME_HEADER);
    return this.#finish(kind, stream, payload.length);
  }

  /** There must be room for three bytes a character. */
  text(kind: FrameKind, stream: number, text: string): number {
    return this.#finish(kind, stream, this.#slab.write(text, this.#end + FRAME_HEADER));
  }

  take(): Uint8Array {
    const taken = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return taken;
  }

  #finish(kind: FrameKind, stream: number, length: number): number {
    this.#slab.writeUInt32BE(((kind << 24) | length) >>> 0, this.#end);
    this.#slab.writeUInt32BE(stream, this.#end + 4);
    this.#end += FRAME_HEADER + length;
    return FRAME_HEADER + length;
  }
}
