import assert from 'node:assert/strict';
import type { LogChunk } from '@ambit/plugin-api';
import { collect, eventually, patient, settles } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { ended, take } from './run-store-steps.ts';

const text = (chunk: LogChunk): string => Buffer.from(chunk.data).toString();
const at = new Date('2026-01-01T00:00:02.000Z');

/** Requests of those who do not own the run, and the logs of attempts. */
export const messageClauses: readonly Clause<RunStoreContext>[] = [
  clause('RS-REQUEST-01', 'Requests of others reach the owner in order, those made before it listened too, each once.', async (context) => {
    const [owner, other] = [context.open(), context.open()];
    const epoch = await take(owner, 'run-a');
    await other.request('run-a', { type: 'signal', name: 'go', value: { n: 1 } });
    const stop = new AbortController();
    const seen: { type: string; data: unknown }[] = [];
    const listening = (async () => {
      for await (const { type, data } of owner.requests('run-a', epoch, stop.signal)) seen.push({ type, data });
    })();
    await eventually('the first request', async () => seen.length >= 1 || undefined);
    await other.request('run-a', { type: 'cancel', reason: 'enough', by: 'somebody' });
    await owner.request('run-a', { type: 'signal', name: 'go', value: 2 });
    await eventually('the later requests', async () => seen.length >= 3 || undefined);
    stop.abort();
    await settles('the end of listening', listening);
    assert.deepEqual(seen, [
      { type: 'signal', data: { name: 'go', value: { n: 1 } } },
      { type: 'cancel', data: { reason: 'enough', by: 'somebody' } },
      { type: 'signal', data: { name: 'go', value: 2 } },
    ]);
  }),
  clause('RS-REQUEST-02', 'A request that the owner had no time to take is given to the next owner, with the same id.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const epoch = await take(one, 'run-a');
    for (const name of ['first', 'second']) await other.request('run-a', { type: 'signal', name, value: null });
    const taken: string[] = [];
    const ids: string[] = [];
    for await (const request of one.requests('run-a', epoch, patient())) {
      ids.push(request.id);
      taken.push((request.data as { name: string }).name);
      if (taken.length === 2) break;
    }
    await one.release('run-a', epoch);
    const next = await take(other, 'run-a', { holder: 'second' });
    for await (const request of other.requests('run-a', next, patient())) {
      assert.deepEqual({ id: request.id, data: request.data }, { id: ids[1], data: { name: 'second', value: null } });
      break;
    }
    assert.deepEqual(taken, ['first', 'second']);
  }),
  clause(
    'RS-LOG-01',
    'Logs are bytes: they come back unchanged and in the order written, over attempts and for one attempt.',
    async (context) => {
      const [writer, reader] = [context.open(), context.open()];
      const epoch = await take(writer, 'run-a');
      const binary = Uint8Array.from({ length: 256 }, (_, index) => index);
      const written: [string, 'stdout' | 'stderr', Uint8Array][] = [
        ['x#1', 'stdout', Buffer.from('one\r')],
        ['y#1', 'stderr', binary],
        ['x#1', 'stderr', Buffer.from([0xff, 0xfe])],
        ['x#1', 'stdout', new Uint8Array()],
        ['x#1', 'stdout', Buffer.from('two\n')],
      ];
      await Promise.all(written.map(([attempt, stream, data]) => writer.writeLog('run-a', epoch, attempt, stream, data, at)));
      const plain = (chunks: readonly LogChunk[]): unknown[] => chunks.map((each) => ({ ...each, data: [...each.data] }));
      const expected = written.map(([attempt, stream, data]) => ({ attempt, stream, at: at.toISOString(), data: [...data] }));
      assert.deepEqual(plain(await collect(reader.readLog('run-a', {}, patient()))), expected);
      assert.deepEqual(
        plain(await collect(reader.readLog('run-a', { attempt: 'x#1' }, patient()))),
        expected.filter((each) => each.attempt === 'x#1'),
      );
      assert.deepEqual(await collect(reader.readLog('run-a', { attempt: 'x#2' }, patient())), []);
    },
  ),
  clause(
    'RS-LOG-02',
    'Logs may be followed while they are written, until the run has ended; the last chunk is not lost.',
    async (context) => {
      const [writer, reader] = [context.open(), context.open()];
      const epoch = await take(writer, 'run-a');
      const seen: string[] = [];
      const following = (async () => {
        for await (const chunk of reader.readLog('run-a', { attempt: 'x', follow: true }, patient())) seen.push(text(chunk));
      })();
      const write = (part: string, attempt = 'x'): Promise<void> =>
        writer.writeLog('run-a', epoch, attempt, 'stdout', Buffer.from(part), at);
      await write('a');
      await eventually('the first chunk', async () => seen.length >= 1 || undefined);
      await Promise.all([write('other', 'y'), write('b'), write('last'), writer.append('run-a', epoch, [ended()])]);
      await settles('the end of following', following);
      assert.deepEqual(seen, ['a', 'b', 'last']);
    },
  ),
];
