import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/protocol/index.ts';
import type { SessionOptions, WorkerState } from '../../src/protocol/index.ts';
import { FrameKind } from '../../src/protocol/frame.ts';
import { frameBytes, framesIn, messageBytes } from './frames.ts';
import { TestLine } from './test-line.ts';
import { TwoEnds, emptyState, failure, newKey, report, runKey, until } from './two-ends.ts';

function refused(code: string): unknown {
  return expect.objectContaining({ code: 'AMBIT_PROTOCOL_REFUSED', facts: { code, worker: 'w-1' } });
}

async function* none(): AsyncGenerator<never> {}

/** What both ends' hello came to. */
async function bothFail(
  ends: TwoEnds,
  engine: Parameters<TwoEnds['openEngine']>[0] = {},
  worker: Parameters<TwoEnds['acceptEngine']>[0] = {},
) {
  const [atEngine, atWorker] = await Promise.allSettled([ends.openEngine(engine), ends.acceptEngine(worker)]);
  expect([ends.engineEnds, ends.workerEnds]).toEqual([[], []]);
  return {
    atEngine: (atEngine as PromiseRejectedResult).reason as unknown,
    atWorker: (atWorker as PromiseRejectedResult).reason as unknown,
  };
}

function said(chunks: readonly Uint8Array[]): { type: string }[] {
  return framesIn(chunks)
    .filter(({ kind }) => kind === 3)
    .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as { type: string });
}

describe('the hello', () => {
  it('tells the engine who the worker is and what it has, and raises the epoch', async () => {
    const state: WorkerState = {
      type: 'state',
      bundle: 'sha256:b',
      running: [{ action: 'a', attempt: 2, calls: [1, 3] }],
      unacknowledged: [report('b')],
    };
    const ends = await new TwoEnds().open({ epoch: 7 }, { state: () => state });
    expect(ends.engine.incarnation).toBe('i-1');
    expect(ends.engine.state).toEqual(state);
    expect(ends.worker.epoch).toBe(7);
    expect(ends.epochs.highest).toBe(7);
    await ends.close();
  });

  it('refuses a signature by another key, and tells the engine nothing of the run', async () => {
    const ends = new TwoEnds();
    const { atEngine, atWorker } = await bothFail(ends, { sign: newKey().sign });
    expect(atEngine).toEqual(refused('signature'));
    expect(atWorker).toEqual(refused('signature'));
    expect(said(ends.line.toEngine.written).map(({ type }) => type)).toEqual(['hello', 'refused', 'goodbye']);
    expect(ends.epochs.highest).toBe(0);
  });

  it('refuses what is no signature, and a public key that is none', async () => {
    expect((await bothFail(new TwoEnds(), { sign: () => 'not base64 at all' })).atEngine).toEqual(refused('signature'));
    const identity = { worker: 'w-1', incarnation: 'i-1', publicKey: 'key' };
    expect((await bothFail(new TwoEnds(), {}, { identity })).atWorker).toEqual(refused('signature'));
  });

  it('refuses a signature that was made for an earlier nonce', async () => {
    let recorded = '';
    const sign = (text: string): string => (recorded = runKey.sign(text));
    await (await new TwoEnds().open({ sign })).close();
    expect((await bothFail(new TwoEnds(), { sign: () => recorded })).atEngine).toEqual(refused('signature'));
  });

  it('refuses a signature for another epoch', async () => {
    const sign = (text: string): string => runKey.sign(text.replace(/1$/, '2'));
    expect((await bothFail(new TwoEnds(), { sign })).atWorker).toEqual(refused('signature'));
  });

  it('refuses a lower epoch than it has seen, and accepts an equal one again', async () => {
    const epochs = { highest: 3 };
    expect((await bothFail(new TwoEnds(), { epoch: 2 }, { epochs })).atEngine).toEqual(refused('epoch'));
    const again = await new TwoEnds().open({ epoch: 3 }, { epochs });
    await again.close();
    expect(epochs.highest).toBe(3);
  });

  it('does not let an unproved engine raise the epoch', async () => {
    const epochs = { highest: 3 };
    await bothFail(new TwoEnds(), { epoch: 9, sign: newKey().sign }, { epochs });
    expect(epochs.highest).toBe(3);
  });

  it('refuses a worker that is another one', async () => {
    const { atEngine, atWorker } = await bothFail(new TwoEnds(), { worker: 'w-2' });
    expect(atEngine).toMatchObject({ code: 'AMBIT_PROTOCOL_REFUSED', facts: { code: 'worker', worker: 'w-2' } });
    expect(atWorker).toEqual(failure('AMBIT_CONNECTION_BROKEN', '"w-2"'));
  });

  it('refuses a worker of another version', async () => {
    const line = new TestLine();
    const opening = new TwoEnds(line).openEngine();
    await line.worker.write(messageBytes({ type: 'hello', versions: { min: 2, max: 3 }, worker: 'w-1', incarnation: 'i', nonce: 'n' }));
    await expect(opening).rejects.toEqual(refused('version'));
  });

  it('refuses an engine that takes another version', async () => {
    const ends = new TwoEnds();
    const accepting = ends.acceptEngine();
    await ends.line.engine.write(messageBytes({ type: 'hello', version: 2, epoch: 1, signature: '' }));
    await expect(accepting).rejects.toEqual(refused('version'));
    expect(said(ends.line.toEngine.written)[1]).toMatchObject({ type: 'refused', code: 'version' });
  });

  it('is broken by any other word', async () => {
    const broken = failure('AMBIT_PROTOCOL_BROKEN');
    const engine = new TwoEnds();
    const opening = engine.openEngine();
    await engine.line.worker.write(messageBytes(emptyState));
    await expect(opening).rejects.toEqual(broken);
    const worker = new TwoEnds();
    const accepting = worker.acceptEngine();
    await worker.line.engine.write(messageBytes({ type: 'shutdown' }));
    await expect(accepting).rejects.toEqual(broken);
    expect(worker.toldWorker).toEqual([]);
  });

  it('takes nothing long from who is not proved', async () => {
    const ends = new TwoEnds();
    const accepting = ends.acceptEngine();
    const hello = Buffer.from(JSON.stringify({ type: 'hello', version: 1, epoch: 1, signature: 'x'.repeat(70_000) }));
    await ends.line.engine.write(frameBytes({ kind: FrameKind.more, stream: 0, payload: hello.subarray(0, 60_000) }));
    await ends.line.engine.write(frameBytes({ kind: FrameKind.last, stream: 0, payload: hello.subarray(60_000) }));
    await expect(accepting).rejects.toEqual(failure('AMBIT_PROTOCOL_BROKEN'));
  });

  it('ends with its signal, and closes the connection', async () => {
    const line = new TestLine();
    const stop = new AbortController();
    const ends: string[] = [];
    const options: SessionOptions = {
      epoch: 1,
      worker: 'w-1',
      sign: runKey.sign,
      onMessage: () => undefined,
      onEnd: (reason) => ends.push(reason),
      objects: { put: () => Promise.reject(new Error('none')), get: none },
    };
    const opening = openSession(line.engine, options, stop.signal);
    stop.abort(new Error('too late'));
    await expect(opening).rejects.toThrow('too late');
    for await (const _ of line.worker.input) throw new Error('nothing was said');
    await expect(openSession(new TestLine().engine, options, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    expect(ends).toEqual([]);
  });

  it('fails where the connection ends before it is done', async () => {
    const ends = new TwoEnds();
    const opening = ends.openEngine();
    const accepting = ends.acceptEngine();
    ends.line.break();
    const broken = failure('AMBIT_CONNECTION_BROKEN');
    await expect(opening).rejects.toEqual(broken);
    await expect(accepting).rejects.toEqual(broken);
  });

  it('tells a session nothing before its owner has it, and all of it afterwards', async () => {
    const ends = new TwoEnds();
    const seen: string[] = [];
    const accepting = ends.acceptEngine().then((worker) => {
      for (const action of ['1', '2', '3']) worker.send({ type: 'attempt.ended', report: report(action) });
      ends.line.break();
    });
    await ends.openEngine({
      onMessage: (message) => seen.push(message.type === 'attempt.ended' ? message.report.action : message.type),
      onEnd: () => seen.push('end'),
    });
    await Promise.resolve().then(() => seen.push('owned'));
    await accepting;
    await until('the end', () => seen.includes('end'));
    expect(seen[0]).toBe('owned');
    expect(seen.at(-1)).toBe('end');
  });
});
