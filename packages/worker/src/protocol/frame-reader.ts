import { FRAME_HEADER, FrameKind, MAX_PAYLOAD } from './frame.ts';
import { protocolBroken } from './protocol-errors.ts';

const none = Buffer.alloc(0);
const highestKind = Math.max(...Object.values(FrameKind));

/**
 * Cuts a byte stream into frames, however it arrives. A payload is a view of what came where it came whole. Throws
 * `AMBIT_PROTOCOL_BROKEN` at the header of a frame that cannot be.
 */
export class FrameReader {
  readonly #onFrame: (kind: FrameKind, stream: number, payload: Buffer) => void;
  readonly #header = Buffer.alloc(FRAME_HEADER);
  #headerLength = 0;
  #payload: Buffer | undefined;
  #payloadLength = 0;
  #stopped = false;

  constructor(onFrame: (kind: FrameKind, stream: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** No frame comes after this, of what was pushed already neither. */
  stop(): void {
    this.#stopped = true;
    this.#payload = undefined;
  }

  push(data: Uint8Array): void {
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let at = 0;
    while (at < chunk.length && !this.#stopped) at = this.#payload ? this.#resume(this.#payload, chunk, at) : this.#begin(chunk, at);
  }

  #begin(chunk: Buffer, at: number): number {
    if (this.#headerLength === 0 && chunk.length - at >= FRAME_HEADER) return this.#body(chunk, at, chunk, at + FRAME_HEADER);
    const taken = chunk.copy(this.#header, this.#headerLength, at, at + FRAME_HEADER - this.#headerLength);
    this.#headerLength += taken;
    if (this.#headerLength < FRAME_HEADER) return at + taken;
    this.#headerLength = 0;
    return this.#body(this.#header, 0, chunk, at + taken);
  }

  #body(header: Buffer, headerAt: number, chunk: Buffer, at: number): number {
    const word = header.readUInt32BE(headerAt);
    const length = word & 0xffffff;
    checkHeader(word >>> 24, length);
    if (chunk.length - at < length) {
      header.copy(this.#header, 0, headerAt, headerAt + FRAME_HEADER);
      this.#payload = Buffer.allocUnsafeSlow(length);
      this.#payloadLength = 0;
      return at;
    }
    const payload = length === 0 ? none : chunk.subarray(at, at + length);
    this.#onFrame((word >>> 24) as FrameKind, header.readUInt32BE(headerAt + 4), payload);
    return at + length;
  }

  #resume(payload: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(payload, this.#payloadLength, at);
    this.#payloadLength += taken;
    if (this.#payloadLength === payload.length) {
      this.#payload = undefined;
      this.#onFrame((this.#header.readUInt32BE(0) >>> 24) as FrameKind, this.#header.readUInt32BE(4), payload);
    }
    return at + taken;
  }
}

function checkHeader(kind: number, length: number): void {
  if (kind < 1 || kind > highestKind) throw protocolBroken(`a frame is of the unknown kind ${kind}`);
  if (length > MAX_PAYLOAD) throw protocolBroken(`a frame has ${length} bytes; the limit is ${MAX_PAYLOAD}`);
}
