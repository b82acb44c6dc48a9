import { describe, expect, it } from 'vitest';
import { FrameKind } from '../../src/protocol/frame.ts';
import { framesIn } from './frames.ts';
import { TwoEnds, attempt, bytes, pieces, report, until } from './two-ends.ts';

const cancel = (action: string) => ({ type: 'cancel', action, attempt: 1, reason: 'enough' }) as const;

async function* endless(): AsyncGenerator<Uint8Array> {
  for (const piece = bytes(65_536); ;) yield piece;
}

describe('what is urgent', () => {
  it('is in the next write, whatever large things wait: an upload of a bundle, a large value', async () => {
    const ends = await new TwoEnds().open();
    const { toWorker } = ends.line;
    const before = toWorker.written.length;
    toWorker.isBlocked = true;
    ends.engine.sendBundle({ digest: 'sha256:b', entry: 'a', files: [{ path: 'a', mode: 0o644, data: bytes(3_000_000) }] });
    ends.engine.send(attempt('large', 'x'.repeat(5_000_000)));
    await until('a first write', () => toWorker.written.length > before);
    const writes = toWorker.written.length;
    ends.engine.send(cancel('running'));
    toWorker.isBlocked = false;
    await until('the cancel', () => ends.toldWorker.length === 1);
    expect(ends.toldWorker).toEqual([cancel('running')]);
    const next = framesIn(toWorker.written.slice(writes, writes + 1)).find(({ kind }) => kind !== FrameKind.credit);
    expect(Buffer.from(next!.payload).toString()).toContain('"cancel"');
    await ends.close();
  });

  it('arrives while an upload from the worker goes on without end', async () => {
    const ends = await new TwoEnds().open();
    const upload = ends.worker.putObject(endless());
    for (let index = 0; index < 50; index += 1) {
      ends.engine.send(cancel(`${index}`));
      ends.worker.send({ type: 'call.cancel', action: 'a', attempt: 1, call: index, reason: 'enough' });
      await until('both', () => ends.toldWorker.length === index + 1 && ends.toldEngine.length === index + 1);
    }
    await ends.close();
    await expect(upload).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
  });

  it('never overtakes the attempt or the call that it cancels', async () => {
    const ends = await new TwoEnds().open();
    ends.engine.send(attempt('1', 'x'.repeat(3_000_000)));
    ends.engine.send(attempt('2'));
    ends.engine.send(cancel('1'));
    ends.engine.send(cancel('2'));
    ends.engine.send(cancel('0'));
    await until('all', () => ends.toldWorker.length === 5);
    expect(ends.toldWorker.map(({ type, ...rest }) => [type, 'action' in rest && rest.action])).toEqual([
      ['cancel', '0'],
      ['attempt', '1'],
      ['attempt', '2'],
      ['cancel', '1'],
      ['cancel', '2'],
    ]);
    ends.worker.send({ type: 'call', action: 'a', attempt: 1, call: 1, task: 'b.c', args: '[]' });
    ends.worker.send({ type: 'call.cancel', action: 'a', attempt: 1, call: 1, reason: 'enough' });
    await until('both', () => ends.toldEngine.length === 2);
    expect(ends.toldEngine.map(({ type }) => type)).toEqual(['call', 'call.cancel']);
    await ends.close();
  });

  it('overtakes the outcome of a child call, which is large', async () => {
    const ends = await new TwoEnds().open();
    const outcome = { status: 'succeeded', value: 'x'.repeat(3_000_000) } as const;
    ends.engine.send({ type: 'call.outcome', action: '1', attempt: 1, call: 1, outcome });
    ends.engine.send(cancel('1'));
    await until('both', () => ends.toldWorker.length === 2);
    expect(ends.toldWorker.map(({ type }) => type)).toEqual(['cancel', 'call.outcome']);
    await ends.close();
  });

  it('is in order where its reason is long', async () => {
    const ends = await new TwoEnds().open();
    const reason = 'r'.repeat(100_000);
    ends.engine.send({ ...cancel('1'), reason });
    await until('it', () => ends.toldWorker.length === 1);
    expect(ends.toldWorker).toEqual([{ ...cancel('1'), reason }]);
    await ends.close();
  });
});

describe('large things', () => {
  it('take turns: a small blob is not behind a large one, nor behind a large value', async () => {
    const ends = await new TwoEnds().open();
    const order: string[] = [];
    const large = ends.worker.putObject(pieces(bytes(8_000_000), 65_536)).then(() => order.push('large'));
    ends.worker.send({ type: 'attempt.ended', report: report('1', 'x'.repeat(50_000)) });
    const small = ends.worker.putObject(pieces(bytes(100_000), 65_536)).then(() => order.push('small'));
    await Promise.all([large, small]);
    expect(order).toEqual(['small', 'large']);
    await ends.close();
  });

  it('go in one write where they are said in one turn', async () => {
    const ends = await new TwoEnds().open();
    const before = ends.line.toWorker.written.length;
    for (let index = 0; index < 100; index += 1) ends.engine.send(attempt(`${index}`));
    await until('all', () => ends.toldWorker.length === 100);
    expect(ends.line.toWorker.written.length).toBe(before + 1);
    await ends.close();
  });
});
