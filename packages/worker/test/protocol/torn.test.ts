import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncomingBundle } from '../../src/protocol/index.ts';
import { TestLine } from './test-line.ts';
import { TwoEnds, attempt, bytes, containing, joined, pieces, report, until } from './two-ends.ts';

/** What was begun on a connection, and came to an end of some kind. */
async function traffic(ends: TwoEnds): Promise<PromiseSettledResult<unknown>[]> {
  const reading: Promise<PromiseSettledResult<unknown>[]>[] = [];
  const onBundle = ({ files }: IncomingBundle): void => void reading.push(Promise.allSettled([read(files)]));
  const hello = Promise.all([ends.openEngine(), ends.acceptEngine({ onBundle })]);
  const work = hello.then(async () => {
    ends.engine.sendBundle({ digest: 'd', entry: 'a', files: [{ path: 'a', mode: 0o644, data: bytes(3000) }] });
    ends.engine.send(attempt('1', JSON.stringify('x'.repeat(20_000))));
    ends.worker.send({ type: 'attempt.ended', report: report('1') });
    const { digest } = await ends.worker.putObject(pieces(bytes(5000), 1000));
    await joined(ends.worker.getObject(digest, {}));
    await until('the bundle, or the end', () => reading.length > 0 || ends.workerEnds.length > 0);
  });
  return Promise.allSettled([hello, work.then(() => Promise.all(reading))]);
}

async function read(files: AsyncIterable<{ readonly data: AsyncIterable<Uint8Array> }>): Promise<void> {
  for await (const { data } of files) await joined(data);
}

async function settledTraffic(ends: TwoEnds): Promise<void> {
  const [hello, work] = await traffic(ends);
  for (const result of [hello!, work!])
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
  if (hello!.status === 'rejected') return;
  ends.line.break();
  await until('both ends', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect([ends.engineEnds.length, ends.workerEnds.length]).toEqual([1, 1]);
}

describe('a connection that is torn', () => {
  it('at any byte of either direction ends at both ends, once, with everything that was under way', async () => {
    const whole = new TwoEnds();
    await settledTraffic(whole);
    expect(whole.toldWorker.length + whole.toldEngine.length).toBe(2);
    const { toWorker, toEngine } = whole.line;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('toWorker', 'toEngine'),
        fc.nat({ max: Math.max(toWorker.bytes, toEngine.bytes) }),
        fc.integer({ min: 1, max: 5000 }),
        async (direction, at, cut) => {
          const line = new TestLine(() => cut);
          line[direction as 'toWorker'].breaksAfter = at + 1;
          await settledTraffic(new TwoEnds(line));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a connection on which nothing comes', () => {
  const timings = { ping: 5, silence: 20, close: 50 };

  it('is dead after a while, at both ends', async () => {
    const ends = await new TwoEnds().open({ timings }, { timings });
    ends.line.toEngine.isHeld = ends.line.toWorker.isHeld = true;
    await until('both ends', () => ends.engineEnds.length > 0 && ends.workerEnds.length > 0);
    expect(ends.engineEnds).toMatchObject([
      { error: { code: 'AMBIT_CONNECTION_BROKEN', message: containing('nothing came from the worker for 0.02 s') } },
    ]);
  });

  it('is kept alive by pings of either end', async () => {
    const ends = await new TwoEnds().open({ timings }, { timings: { ping: 60_000, silence: 600_000, close: 50 } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    ends.worker.send({ type: 'attempt.ended', report: report('1') });
    await until('a message', () => ends.toldEngine.length === 1);
    expect(ends.engineEnds).toEqual([]);
    await ends.close();
  });
});
