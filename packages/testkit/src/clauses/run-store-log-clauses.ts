import assert from 'node:assert/strict';
import type { LogChunk } from '@ambit/plugin-api';
import { collect, eventually, patient, settles } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { ended, take } from './run-store-steps.ts';

const text = (chunk: LogChunk): string => Buffer.from(chunk.data).toString();
const at = new Date('2026-01-01T00:00:02.000Z');

/** The output of attempts. */
export const logClauses: readonly Clause<RunStoreContext>[] = [
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
  clause('RS-LOG-03', 'Many chunks and a large one come back whole and in order, over attempts and for one of them.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    const large = Buffer.alloc(2_000_000, 'line\n');
    const parts = Array.from({ length: 450 }, (_, index) => (index === 200 ? large : Buffer.from(`${index}\n`)));
    await Promise.all(parts.map((part, index) => writer.writeLog('run-a', epoch, `x#${index % 3}`, 'stdout', part, at)));
    const read = async (attempt?: string): Promise<Buffer> => {
      const chunks = await collect(reader.readLog('run-a', attempt === undefined ? {} : { attempt }, patient()));
      return Buffer.concat(chunks.map(({ data }) => data));
    };
    assert.ok((await read()).equals(Buffer.concat(parts)), 'the whole log is another');
    assert.ok((await read('x#1')).equals(Buffer.concat(parts.filter((_, index) => index % 3 === 1))), 'the log of one attempt is another');
  }),
  clause('RS-LOG-04', 'What has been written is kept as it was, whatever becomes of the bytes that were given.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    const bytes = Buffer.from('before');
    await store.writeLog('run-a', epoch, 'x', 'stdout', bytes, at);
    bytes.write('after!');
    assert.deepEqual((await collect(store.readLog('run-a', {}, patient()))).map(text), ['before']);
  }),
  clause('RS-LOG-05', 'Who follows the log of a run that has ended is given all of it, and then the end.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    for (const part of ['a', 'b']) await writer.writeLog('run-a', epoch, 'x', 'stderr', Buffer.from(part), at);
    await writer.append('run-a', epoch, [ended()]);
    await writer.release('run-a', epoch);
    const following = collect(reader.readLog('run-a', { follow: true }, patient()));
    assert.deepEqual((await settles('the end of following', following)).map(text), ['a', 'b']);
  }),
  clause('RS-LOG-06', 'Following a log ends by abort, without an error.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await store.writeLog('run-a', epoch, 'x', 'stdout', Buffer.from('a'), at);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const chunk of store.readLog('run-a', { follow: true }, stop.signal)) {
      seen.push(text(chunk));
      setTimeout(() => stop.abort(), 1);
    }
    assert.deepEqual(seen, ['a']);
  }),
];
