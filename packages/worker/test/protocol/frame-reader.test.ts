import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch, FrameKind, MAX_PAYLOAD } from '../../src/protocol/frame.ts';
import type { FrameKind as Kind } from '../../src/protocol/frame.ts';
import { FrameReader } from '../../src/protocol/frame-reader.ts';
import { frameBytes, framesIn } from './frames.ts';
import type { Frame } from './frames.ts';
import { bytes, failure } from './two-ends.ts';

const frame = fc.record({
  kind: fc.constantFrom<Kind>(...Object.values(FrameKind)),
  stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(0, 1, 1000, MAX_PAYLOAD - 1, MAX_PAYLOAD).map((length) => bytes(length)),
  ),
});

function packed(frames: readonly Frame[]): Uint8Array[] {
  const batch = new Batch();
  const chunks: Uint8Array[] = [];
  for (const { kind, stream, payload } of frames) {
    if (payload.length > batch.room()) chunks.push(batch.take());
    batch.room();
    batch.frame(kind as Kind, stream, payload);
  }
  return [...chunks, batch.take()];
}

describe('FrameReader', () => {
  it('reads what Batch has packed, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 }), (frames, cuts) => {
        const all = Buffer.concat(packed(frames));
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < all.length; turn += 1) {
          const cut = cuts[turn % cuts.length]!;
          chunks.push(all.subarray(at, at + cut));
          at += cut;
        }
        const read = framesIn(chunks);
        expect(read.map(({ kind, stream }) => [kind, stream])).toEqual(frames.map(({ kind, stream }) => [kind, stream]));
        expect(read.every(({ payload }, index) => Buffer.compare(payload, frames[index]!.payload) === 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('reads bytes one by one', () => {
    const frames: Frame[] = [
      { kind: 1, stream: 7, payload: bytes(3) },
      { kind: 3, stream: 0, payload: bytes(0) },
    ];
    const all = Buffer.concat(frames.map(frameBytes));
    expect(framesIn([...all].map((byte) => Uint8Array.of(byte)))).toEqual(frames);
  });

  it('refuses a frame that is too long at its header', () => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(2 ** 24 + MAX_PAYLOAD + 1, 0);
    expect(() => framesIn([header])).toThrow(failure('AMBIT_PROTOCOL_BROKEN', '65537'));
  });

  it.each([0, 7, 255])('refuses a frame of the unknown kind %i', (kind) => {
    expect(() => framesIn([frameBytes({ kind, stream: 0, payload: bytes(0) })])).toThrow(failure('AMBIT_PROTOCOL_BROKEN'));
  });

  it('gives no further frame once it is stopped, of one chunk neither', () => {
    const seen: number[] = [];
    const reader = new FrameReader((_, stream) => {
      seen.push(stream);
      reader.stop();
    });
    reader.push(Buffer.concat([1, 2].map((stream) => frameBytes({ kind: 1, stream, payload: bytes(1) }))));
    expect(seen).toEqual([1]);
  });
});
