import { describe, expect, it } from 'vitest';
import { TwoEnds, attempt, bytes, containing, pieces, report, until } from './two-ends.ts';

describe('close', () => {
  it('sends all messages first, then tells the other end why', async () => {
    const ends = await new TwoEnds().open();
    for (let index = 0; index < 10; index += 1)
      ends.worker.send({ type: 'attempt.ended', report: report(`${index}`, 'x'.repeat(400_000)) });
    await ends.worker.close('the run is over');
    await until('the end', () => ends.engineEnds.length > 0);
    expect(ends.toldEngine.length).toBe(10);
    expect(ends.engineEnds).toMatchObject([
      {
        reason: 'The connection between engine and worker ended: the worker said goodbye: the run is over.',
        error: { code: 'AMBIT_CONNECTION_BROKEN' },
      },
    ]);
    expect(ends.workerEnds).toEqual([]);
    await ends.engine.close('late');
  });

  it('is the same for all who ask, and nothing is told after it', async () => {
    const ends = await new TwoEnds().open();
    const closing = [ends.engine.close('one'), ends.engine.close('two')];
    ends.engine.send(attempt('late'));
    ends.worker.send({ type: 'attempt.ended', report: report('late') });
    await Promise.all(closing);
    await until('the end', () => ends.workerEnds.length > 0);
    expect([ends.toldEngine, ends.toldWorker, ends.engineEnds]).toEqual([[], [], []]);
    expect(ends.workerEnds[0]!.reason).toContain('one');
  });

  it('does not wait for ever for an end that takes nothing', async () => {
    const ends = await new TwoEnds().open({ timings: { ping: 1000, silence: 10_000, close: 20 } });
    ends.line.toWorker.isHeld = true;
    ends.engine.send(attempt('1', 'x'.repeat(3_000_000)));
    await ends.engine.close('enough');
    expect(ends.engineEnds).toEqual([]);
  });

  it('gives up blobs that are under way, at both ends', async () => {
    const ends = await new TwoEnds().open();
    const done: string[] = [];
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (const piece = bytes(50_000); ;) yield piece;
      } finally {
        done.push('source');
      }
    }
    const put = ends.worker.putObject(source());
    await until('some of it', () => ends.line.toEngine.bytes > 500_000);
    await ends.engine.close('enough');
    await expect(put).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN', message: containing('enough') });
    await until('the end of the source', () => done.length > 0);
    await expect(ends.worker.putObject(source())).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
    expect(ends.worker.buffered).toBe(0);
    await ends.worker.drained();
  });

  it('brings all messages also where the other end begins blobs meanwhile', async () => {
    const ends = await new TwoEnds().open();
    for (let index = 0; index < 10; index += 1) ends.engine.send(attempt(`${index}`, 'x'.repeat(400_000)));
    const closing = ends.engine.close('enough');
    const puts = Array.from({ length: 20 }, () => ends.worker.putObject(pieces(bytes(1000), 100)));
    await closing;
    await until('the end', () => ends.workerEnds.length > 0);
    expect(ends.toldWorker.length).toBe(10);
    expect(ends.workerEnds[0]!.reason).toContain('goodbye: enough');
    for (const put of await Promise.allSettled(puts)) expect(put.status).toBe('rejected');
  });

  it('reads what the other end said before it went away without a goodbye', async () => {
    const ends = await new TwoEnds().open();
    ends.line.toEngine.isHeld = true;
    for (let index = 0; index < 10; index += 1) ends.worker.send({ type: 'attempt.ended', report: report(`${index}`) });
    await until('its words', () => ends.worker.buffered === 0);
    await ends.line.worker.close();
    ends.engine.send(attempt('unheard'));
    await new Promise((resolve) => setImmediate(resolve));
    ends.line.toEngine.release();
    await until('the end', () => ends.engineEnds.length > 0);
    expect(ends.toldEngine.length).toBe(10);
  });

  it('can be asked for by a listener', async () => {
    const ends = await new TwoEnds().open({ onMessage: () => void ends.engine.close('told') });
    ends.worker.send({ type: 'attempt.ended', report: report('1') });
    ends.worker.send({ type: 'attempt.ended', report: report('2') });
    await until('the end', () => ends.workerEnds.length > 0);
    expect(ends.workerEnds[0]!.reason).toContain('told');
    expect(ends.engineEnds).toEqual([]);
  });
});
