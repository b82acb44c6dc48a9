import { FrameKind } from '../../src/protocol/frame.ts';
import { FrameReader } from '../../src/protocol/frame-reader.ts';

export interface Frame {
  readonly kind: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

export function frameBytes({ kind, stream, payload }: Frame): Uint8Array {
  const bytes = Buffer.alloc(8 + payload.length);
  bytes.writeUInt32BE(kind * 2 ** 24 + payload.length, 0);
  bytes.writeUInt32BE(stream, 4);
  bytes.set(payload, 8);
  return bytes;
}

/** A whole message in one frame. */
export function messageBytes(message: unknown, stream = 0): Uint8Array {
  return frameBytes({
    kind: FrameKind.last,
    stream,
    payload: Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
  });
}

export function framesIn(chunks: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((kind, stream, payload) => frames.push({ kind, stream, payload: new Uint8Array(payload) }));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}
