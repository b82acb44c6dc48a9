import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOB_WINDOW, FrameKind, ORDERED_WINDOW, URGENT_WINDOW } from '../../src/protocol/frame.ts';
import { framesIn } from './frames.ts';
import { TestLine } from './test-line.ts';
import { TwoEnds, attempt, bytes, joined, pieces, report, until } from './two-ends.ts';

const size = fc.oneof(fc.constant(2), fc.integer({ min: 2, max: 400 }), fc.constantFrom(16_385, 65_536, 200_000));
const blob = fc.record({
  length: fc.constantFrom(0, 1, 65_536, 65_537, 300_000, 1_000_000),
  piece: fc.constantFrom(1000, 65_536, 1_000_000),
});
const traffic = fc.record({
  down: fc.array(size, { maxLength: 12 }),
  up: fc.array(size, { maxLength: 12 }),
  puts: fc.array(blob, { maxLength: 3 }),
  gets: fc.array(blob, { maxLength: 3 }),
  bundle: fc.array(fc.constantFrom(0, 1, 70_000, 300_000), { maxLength: 4 }),
  cuts: fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 }),
});

/** Cuts as told at first, and then less, so that a test comes to its end. */
function cutter(cuts: readonly number[]): (length: number) => number {
  let turn = 0;
  return (length) => Math.min(length, turn++ < 3000 ? cuts[turn % cuts.length]! : 50_000);
}

const windowOf = (stream: number): number => [ORDERED_WINDOW, URGENT_WINDOW][stream] ?? BLOB_WINDOW;

/** The most that was ever under way on one stream beyond what there was credit for: never more than 0. */
function overdrawn(sent: readonly Uint8Array[], received: readonly Uint8Array[]): number[] {
  const used = new Map<number, number>();
  const free: readonly number[] = [FrameKind.credit, FrameKind.stop, FrameKind.fail];
  for (const { kind, stream, payload } of framesIn(sent))
    if (!free.includes(kind)) used.set(stream, (used.get(stream) ?? 0) + 8 + payload.length);
  const granted = new Map<number, number>();
  for (const { kind, stream, payload } of framesIn(received))
    if (kind === FrameKind.credit) granted.set(stream, (granted.get(stream) ?? 0) + Buffer.from(payload).readUInt32BE(0));
  return [...used].map(([stream, cost]) => cost - (granted.get(stream) ?? 0) - windowOf(stream)).filter((excess) => excess > 0);
}

describe('a connection', () => {
  it('brings messages in order and blobs whole, both ways at once, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async ({ down, up, puts, gets, bundle, cuts }) => {
        const ends = await new TwoEnds(new TestLine(cutter(cuts))).open();
        const stored = await Promise.all(
          gets.map(({ length, piece }, seed) => ends.worker.putObject(pieces(bytes(length, seed + 50), piece))),
        );
        const text = (length: number, index: number): string => JSON.stringify(`${index}"ä`.padEnd(length, 'x'));
        down.forEach((length, index) => ends.engine.send(attempt(`down-${index}`, text(length, index))));
        up.forEach((length, index) => ends.worker.send({ type: 'attempt.ended', report: report(`up-${index}`, text(length, index)) }));
        const files = bundle.map((length, index) => ({ path: `f${index}`, mode: 0o644, data: bytes(length, index) }));
        ends.engine.sendBundle({
          digest: 'sha256:b',
          entry: 'main.js',
          files: [...files, { path: 'main.js', mode: 0o755, data: bytes(10) }],
        });
        const put = puts.map(({ length, piece }, seed) => ends.worker.putObject(pieces(bytes(length, seed), piece)));
        const got = stored.map(({ digest }) => joined(ends.worker.getObject(digest, {})));
        await until('the bundle', () => ends.bundles.length === 1);
        const arrived: Uint8Array[] = [];
        for await (const file of ends.bundles[0]!.files) arrived.push(await joined(file.data));
        await until('all messages', () => ends.toldWorker.length === down.length && ends.toldEngine.length === up.length);
        expect(ends.toldWorker).toEqual(down.map((length, index) => attempt(`down-${index}`, text(length, index))));
        expect(ends.toldEngine).toEqual(
          up.map((length, index) => ({ type: 'attempt.ended', report: report(`up-${index}`, text(length, index)) })),
        );
        expect(arrived.map((data, index) => Buffer.compare(data, files[index]?.data ?? bytes(10)))).toEqual(arrived.map(() => 0));
        expect((await Promise.all(put)).map((each) => each.size)).toEqual(puts.map(({ length }) => length));
        for (const [index, each] of put.entries())
          expect(Buffer.compare(ends.blobs.get((await each).digest)!, bytes(puts[index]!.length, index))).toBe(0);
        for (const [index, each] of got.entries()) expect(Buffer.compare(await each, bytes(gets[index]!.length, index + 50))).toBe(0);
        await ends.close();
        const { toEngine, toWorker } = ends.line;
        expect(overdrawn(toEngine.written, toWorker.written)).toEqual([]);
        expect(overdrawn(toWorker.written, toEngine.written)).toEqual([]);
        expect([ends.engineEnds, ends.workerEnds]).toEqual([[], []]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what is under way bounded where the transport takes everything and nothing arrives', async () => {
    const ends = await new TwoEnds().open();
    const { toWorker, toEngine } = ends.line;
    toWorker.isHeld = toEngine.isHeld = true;
    const before = { down: toWorker.bytes, up: toEngine.bytes };
    let pulled = 0;
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 100; piece += 1, pulled += 1) yield bytes(100_000, piece);
    }
    const puts = [1, 2].map(() => ends.worker.putObject(large()));
    for (let index = 0; index < 100; index += 1) {
      ends.worker.send({ type: 'attempt.ended', report: report(`${index}`, 'x'.repeat(100_000)) });
      ends.engine.send(attempt(`${index}`, 'x'.repeat(100_000)));
    }
    for (let index = 0; index < 20_000; index += 1) ends.engine.send({ type: 'acknowledge', action: `action-${index}`, attempt: 1 });
    for (let quiet = 0, last = -1; quiet < 20; quiet += 1) {
      if (toWorker.bytes + toEngine.bytes !== last) quiet = 0;
      last = toWorker.bytes + toEngine.bytes;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(toEngine.bytes - before.up).toBeLessThanOrEqual(ORDERED_WINDOW + 2 * BLOB_WINDOW);
    expect(toWorker.bytes - before.down).toBeLessThanOrEqual(ORDERED_WINDOW + URGENT_WINDOW);
    expect(pulled).toBeLessThan(20);
    expect(ends.worker.buffered).toBeGreaterThan(8_000_000);
    toWorker.release();
    toEngine.release();
    await until('all that was sent', () => ends.toldEngine.length === 100 && ends.toldWorker.length === 20_100);
    await ends.worker.drained();
    expect(ends.worker.buffered).toBeLessThan(100_000);
    expect((await Promise.all(puts)).map((each) => each.size)).toEqual([10_000_000, 10_000_000]);
    await ends.close();
  });

  it('does not read ahead of who reads a blob', async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; given < 200; given += 1) yield bytes(50_000);
    }
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    const put = async (data: AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> => {
      await reading;
      return { digest: 'sha256:1', size: (await joined(data)).length };
    };
    const ends = await new TwoEnds().open({ objects: { put, get: () => pieces(bytes(1), 1) } });
    const done = ends.worker.putObject(source());
    for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(10);
    read();
    expect(await done).toEqual({ digest: 'sha256:1', size: 10_000_000 });
    await ends.close();
  });
});
