import type { AmbitError } from '@ambit/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameKind, MAX_BLOBS, MAX_PAYLOAD } from '../../src/protocol/frame.ts';
import { frameBytes, messageBytes } from './frames.ts';
import { TwoEnds, attempt, bytes, containing, emptyState, report, until } from './two-ends.ts';

const codes = ['AMBIT_PROTOCOL_BROKEN', 'AMBIT_CONNECTION_BROKEN'];

/** What comes of bytes that an engine and a worker get after a good hello. */
async function afterHello(toWorker: readonly Uint8Array[], toEngine: readonly Uint8Array[] = []): Promise<TwoEnds> {
  const ends = await new TwoEnds().open();
  for (const data of toWorker) await ends.line.engine.write(data).catch(() => undefined);
  for (const data of toEngine) await ends.line.worker.write(data).catch(() => undefined);
  await until('both ends', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
  return ends;
}

async function worker(...data: readonly Uint8Array[]): Promise<string> {
  const { workerEnds, engineEnds } = await afterHello(data);
  expect(workerEnds).toHaveLength(1);
  expect(workerEnds[0]!.error.code).toBe('AMBIT_PROTOCOL_BROKEN');
  expect(workerEnds[0]!.error.message).toBe(workerEnds[0]!.reason);
  // The other end is told.
  expect(engineEnds.map(({ reason }) => reason)).toEqual([containing(workerEnds[0]!.reason.slice(0, 300))]);
  return workerEnds[0]!.reason;
}

const { more, next, last, fail, stop, credit } = FrameKind;
const frame = (kind: number, stream: number, payload: Uint8Array = bytes(0)): Uint8Array => frameBytes({ kind, stream, payload });
const bundle = (changes: object): Uint8Array =>
  messageBytes({ type: 'bundle', digest: 'd', entry: 'a', files: [{ path: 'a', size: 1, mode: 0o644 }], stream: 2, ...changes });

describe('a connection ends with a reason', () => {
  it.each([
    ['a message that is no JSON', [messageBytes('{"type":')], 'is not JSON'],
    ['a message that is no object', [messageBytes('[1]')], 'unknown type'],
    ['a message of an unknown type', [messageBytes({ type: 'toString' })], 'unknown type "toString"'],
    ['a message of the other end', [messageBytes(emptyState)], 'unknown type "state"'],
    ['a second hello', [messageBytes({ type: 'hello', version: 1, epoch: 1, signature: '' })], 'after the hello'],
    ['a message without a field', [messageBytes({ type: 'cancel', action: 'a', attempt: 1 })], '"cancel" whose fields'],
    ['a message with a wrong field', [messageBytes({ ...attempt('a'), attempt: 1.5 })], '"attempt" whose fields'],
    [
      'a field of another type',
      [messageBytes({ type: 'call.outcome', action: 'a', attempt: 1, call: 1, outcome: { status: 'succeeded' } })],
      'whose fields',
    ],
    ['an urgent message that is cut', [frame(more, 1, bytes(1))], 'is cut'],
    ['a message that is given up', [frame(fail, 0)], 'given up'],
    [
      'values without a place',
      [frame(next, 0, Buffer.from('{"type":"shutdown"}')), frame(last, 0, Buffer.from('x'))],
      '1 values and places for 0',
    ],
    ['places without a value', [frame(last, 0, Buffer.from(JSON.stringify({ ...attempt('a'), args: null })))], 'whose fields'],
    ['a frame of no stream', [frame(more, 9, bytes(1))], 'stream 9, which is not open'],
    ['the end of no stream', [frame(last, 2)], 'stream 2, which is not open'],
    ['credit for a stream that was never opened', [frame(credit, 2, Buffer.alloc(4))], 'stream 2, which was never opened'],
    ['a stop of a stream that was never opened', [frame(stop, 5)], 'stream 5, which was never opened'],
    ['credit that was not used', [frame(credit, 0, Buffer.from([0, 1, 0, 0]))], 'more credit'],
    ['credit that is none', [frame(credit, 0, bytes(3))], 'credit is 4 bytes'],
    ['an answer to no question', [messageBytes({ type: 'object.get.data', request: 7, error: 'no' })], 'request 7'],
    ['a bundle on a stream of messages', [bundle({ stream: 1 })], 'whose fields'],
    ['two bundles on one stream', [bundle({}), bundle({})], 'stream 2 is not free'],
    ['a text as a blob', [bundle({}), frame(next, 2, bytes(1))], 'not a text'],
    ['a bundle whose path leads out', [bundle({ entry: '../a', files: [{ path: '../a', size: 1, mode: 0o644 }] })], 'not plain'],
  ])('%s', async (_, data, reason) => {
    expect(await worker(...data)).toContain(reason);
  });

  it('more of a blob than there is credit for', async () => {
    const chunks = Array.from({ length: 5 }, () => frame(more, 2, bytes(MAX_PAYLOAD)));
    expect(await worker(bundle({}), ...chunks)).toContain('more was sent than there was credit for');
  });

  it('too many blobs at once', async () => {
    const bundles = Array.from({ length: MAX_BLOBS + 1 }, (_, index) => bundle({ stream: index + 2 }));
    expect(await worker(...bundles)).toContain(`more than ${MAX_BLOBS}`);
  });

  it('more answers wanted at once than an engine gives', async () => {
    const gets = Array.from({ length: MAX_BLOBS + 1 }, (_, request) => messageBytes({ type: 'object.get', request, digest: 'sha256:1' }));
    const { engineEnds } = await afterHello([], [Buffer.concat(gets)]);
    expect(engineEnds[0]!.error).toMatchObject({ code: 'AMBIT_PROTOCOL_BROKEN', message: containing('blobs at once') });
  });

  it('a listener that throws, without an error out of the connection', async () => {
    const ends = await new TwoEnds().open({
      onMessage: () => {
        throw new TypeError('a bug');
      },
    });
    ends.worker.send({ type: 'attempt.ended', report: report('1') });
    await until('the end', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
    expect(ends.engineEnds).toMatchObject([{ error: { code: 'AMBIT_PROTOCOL_BROKEN', cause: { message: 'a bug' } } }]);
    expect(ends.workerEnds[0]!.reason).toContain('a bug');
  });
});

describe('whatever bytes come', () => {
  it('before the hello, both ends reject it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 400 }), async (data) => {
        const ends = new TwoEnds();
        const hellos = Promise.allSettled([ends.openEngine(), ends.acceptEngine()]);
        for (const end of [ends.line.engine, ends.line.worker]) await end.write(data).catch(() => undefined);
        await ends.line.engine.close();
        for (const hello of await hellos) {
          expect(hello.status).toBe('rejected');
          expect(codes).toContain(((hello as PromiseRejectedResult).reason as AmbitError).code);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('after the hello, both ends end once', async () => {
    const anyFrame = fc
      .record({
        kind: fc.integer({ min: 0, max: 8 }),
        stream: fc.integer({ min: 0, max: 4 }),
        payload: fc.oneof(
          fc.uint8Array({ maxLength: 50 }),
          fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
        ),
      })
      .map(frameBytes);
    const data = fc.array(fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) }, { weight: 5, arbitrary: anyFrame }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(data, data, async (toWorker, toEngine) => {
        const ends = await new TwoEnds().open();
        for (const chunk of toWorker) await ends.line.engine.write(chunk).catch(() => undefined);
        for (const chunk of toEngine) await ends.line.worker.write(chunk).catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
        ends.line.break();
        await until('both ends', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
        await new Promise((resolve) => setImmediate(resolve));
        expect([ends.engineEnds.length, ends.workerEnds.length]).toEqual([1, 1]);
        for (const { error } of [...ends.engineEnds, ...ends.workerEnds]) expect(codes).toContain(error.code);
      }),
      { numRuns: 300 },
    );
  });

  it('with one byte of good traffic changed, all ends or goes on, and nothing hangs', async () => {
    const recorded = await new TwoEnds().open();
    recorded.engine.sendBundle({ digest: 'd', entry: 'a', files: [{ path: 'a', mode: 0o644, data: bytes(2000) }] });
    recorded.engine.send(attempt('1', JSON.stringify('x'.repeat(20_000))));
    recorded.engine.send({ type: 'cancel', action: '1', attempt: 1, reason: 'enough' });
    await until('all', () => recorded.toldWorker.length === 2 && recorded.bundles.length === 1);
    const good = Buffer.concat(recorded.line.toWorker.written.slice(1));
    await recorded.close();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const data = new Uint8Array(good);
        data[at]! ^= change;
        const ends = await new TwoEnds().open({}, { onBundle: ({ files }) => void drain(files).catch(() => undefined) });
        await ends.line.engine.write(data);
        await new Promise((resolve) => setImmediate(resolve));
        ends.line.break();
        await until('both ends', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
        expect([ends.engineEnds.length, ends.workerEnds.length]).toEqual([1, 1]);
      }),
      { numRuns: 300 },
    );
  });
});

async function drain(files: AsyncIterable<{ readonly data: AsyncIterable<Uint8Array> }>): Promise<void> {
  for await (const { data } of files) for await (const _ of data) continue;
}
