import assert from 'node:assert/strict';
import type { RunEvent } from '@ambit/plugin-api';
import { collect, eventually, first, patient, refuses, settles } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { create, ended, event, take } from './run-store-steps.ts';

const types = (events: readonly RunEvent[]): string[] => events.map((each) => each.type);

/** What is recorded, and how it is read. */
export const recordClauses: readonly Clause<RunStoreContext>[] = [
  clause(
    'RS-APPEND-01',
    'Events are numbered from 1 without a gap, in the order of the appends, and come back as they were given.',
    async (context) => {
      const store = context.open();
      const epoch = await take(store, 'run-a');
      const data = { action: 'x', text: 'ünïcode \ud83d\ude00 \u0000', list: [1, null, true], nested: { a: { b: '' } } };
      assert.deepEqual(await store.append('run-a', epoch, [event('a', data), event('b')]), { seq: 2 });
      assert.deepEqual(await store.append('run-a', epoch, []), { seq: 2 });
      assert.deepEqual(await store.append('run-a', epoch, [event('c')]), { seq: 3 });
      const expected = [event('a', data), event('b'), event('c')].map((each, index) => ({ seq: index + 1, ...each }));
      assert.deepEqual(await collect(store.read('run-a', {}, patient())), expected);
    },
  ),
  clause(
    'RS-APPEND-02',
    'An append is all or nothing, and appends that are under way together keep the order in which they were made.',
    async (context) => {
      const store = context.open();
      const epoch = await take(store, 'run-a');
      const made = Array.from({ length: 50 }, (_, index) => [event(`${index}.first`), event(`${index}.second`)]);
      const stale = made.map((_, index) => (index % 10 === 5 ? epoch + 1 : epoch));
      const results = await Promise.allSettled(made.map((events, index) => store.append('run-a', stale[index] ?? epoch, events)));
      const kept = made.filter((_, index) => results[index]?.status === 'fulfilled');
      assert.equal(kept.length, 45);
      assert.deepEqual(
        types(await collect(store.read('run-a', {}, patient()))),
        kept.flat().map((each) => each.type),
      );
      const seqs = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.seq] : []));
      assert.deepEqual(
        seqs,
        kept.map((_, index) => (index + 1) * 2),
      );
    },
  ),
  clause('RS-READ-01', 'Reading starts where it is told, and keeps to one action and to some types where asked.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    const made = [
      event('a', { action: 'x' }),
      event('b', { action: 'y' }),
      event('a', { action: 'y' }),
      event('c', null),
      event('b', { action: 'x' }),
    ];
    await store.append('run-a', epoch, made);
    const read = async (options: Parameters<typeof store.read>[1]): Promise<number[]> =>
      (await collect(store.read('run-a', options, patient()))).map((each) => each.seq);
    assert.deepEqual(await read({ from: 4 }), [4, 5]);
    assert.deepEqual(await read({ from: 6 }), []);
    assert.deepEqual(await read({ action: 'y' }), [2, 3]);
    assert.deepEqual(await read({ types: ['a', 'c'] }), [1, 3, 4]);
    assert.deepEqual(await read({ types: ['b'], action: 'x', from: 2 }), [5]);
    assert.deepEqual(await read({ types: [] }), []);
  }),
  clause('RS-READ-02', 'A reader sees all that was appended by another handle before it asked.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    for (let count = 1; count <= 5; count += 1) {
      await writer.append('run-a', epoch, [event('a'), event('b')]);
      assert.equal((await collect(reader.read('run-a', {}, patient()))).length, count * 2);
    }
  }),
  clause('RS-READ-03', 'A record of many thousand events is read whole and in order.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    const many = Array.from({ length: 2_500 }, (_, index) => event('n', { index }));
    await Promise.all([store.append('run-a', epoch, many), store.append('run-a', epoch, many)]);
    const seqs = (await collect(store.read('run-a', {}, patient()))).map((each) => each.seq);
    assert.deepEqual(
      seqs,
      Array.from({ length: 5_000 }, (_, index) => index + 1),
    );
  }),
  clause('RS-FOLLOW-01', 'Following gives what is there, then what comes, of any handle, and ends after run.ended.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    await writer.append('run-a', epoch, [event('a'), event('b')]);
    const seen: RunEvent[] = [];
    const following = (async () => {
      for await (const each of reader.follow('run-a', 2, patient())) seen.push(each);
    })();
    await eventually('the present is read', async () => seen.length >= 1 || undefined);
    await writer.append('run-a', epoch, [event('c')]);
    await eventually('the later one comes', async () => seen.length >= 2 || undefined);
    await writer.append('run-a', epoch, [event('d'), ended()]);
    await settles('the end of following', following);
    assert.deepEqual(types(seen), ['b', 'c', 'd', 'run.ended']);
    assert.deepEqual(
      seen.map((each) => each.seq),
      [2, 3, 4, 5],
    );
    assert.deepEqual(types(await collect(reader.follow('run-a', 4, patient()))), ['d', 'run.ended']);
  }),
  clause('RS-FOLLOW-02', 'Following ends by abort, without an error.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await store.append('run-a', epoch, [event('a')]);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const each of store.follow('run-a', 1, stop.signal)) {
      seen.push(each.type);
      setTimeout(() => stop.abort(), 1);
    }
    assert.deepEqual(seen, ['a']);
  }),
  clause('RS-LIST-01', 'Runs are listed newest first, with task, times, status and holder.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const days = ['02', '03', '01'].map((day) => `2026-01-${day}T00:00:00.000Z`);
    const [two = '', three = '', one = ''] = days;
    const second = await take(store, 'second', { create: create({ startedAt: two, task: 'a.b' }) });
    await take(store, 'third', { create: create({ startedAt: three }), holder: 'me' });
    const oldest = await take(store, 'oldest', { create: create({ startedAt: one }) });
    await store.append('second', second, [ended('failed')]);
    await store.release('second', second);
    await store.release('oldest', oldest);
    assert.deepEqual(await collect(other.list({}, patient())), [
      { run: 'third', task: 'main.run', status: 'running', startedAt: three, holder: 'me' },
      { run: 'second', task: 'a.b', status: 'failed', startedAt: two, endedAt: ended().at },
      { run: 'oldest', task: 'main.run', status: 'interrupted', startedAt: one },
    ]);
  }),
  clause('RS-LIST-02', 'A list keeps to task, tags, prefix, status, time and number.', async (context) => {
    const store = context.open();
    for (const [index, name] of ['red-1', 'red-2', 'blue-1', 'blue-2'].entries()) {
      const tags = { team: name.startsWith('red') ? 'red' : 'blue', nr: name.slice(-1) };
      const epoch = await take(store, name, {
        create: create({ tags, task: `t.${index}`, startedAt: `2026-01-0${index + 1}T00:00:00.000Z` }),
      });
      if (index % 2 === 0) await store.append(name, epoch, [ended()]);
    }
    const listed = async (filter: Parameters<typeof store.list>[0]): Promise<string[]> =>
      (await collect(store.list(filter, patient()))).map((each) => each.run);
    assert.deepEqual(await listed({ task: 't.1' }), ['red-2']);
    assert.deepEqual(await listed({ tags: { team: 'blue' } }), ['blue-2', 'blue-1']);
    assert.deepEqual(await listed({ tags: { team: 'blue', nr: '1' } }), ['blue-1']);
    assert.deepEqual(await listed({ prefix: 'red' }), ['red-2', 'red-1']);
    assert.deepEqual(await listed({ status: 'succeeded' }), ['blue-1', 'red-1']);
    assert.deepEqual(await listed({ status: 'running', limit: 1 }), ['blue-2']);
    assert.deepEqual(await listed({ before: '2026-01-03T00:00:00.000Z' }), ['red-2', 'red-1']);
    assert.deepEqual(await listed({ limit: 2 }), ['blue-2', 'blue-1']);
  }),
  clause('RS-DELETE-01', 'A deleted run is gone for every handle, and its name may be used again from the start.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    await take(store, 'run-b');
    await store.append('run-a', epoch, [event('a')]);
    await store.writeLog('run-a', epoch, 'x', 'stdout', Buffer.from('text'), new Date());
    await collect(other.read('run-a', {}, patient()));
    await store.delete('run-a', patient());
    await refuses(collect(other.read('run-a', {}, patient())), 'AMBIT_RUN_UNKNOWN');
    assert.equal((await first(other.list({}, patient()))).run, 'run-b');
    const again = await take(other, 'run-a');
    assert.deepEqual(await other.append('run-a', again, [event('b')]), { seq: 1 });
    assert.deepEqual(types(await collect(store.read('run-a', {}, patient()))), ['b']);
    assert.deepEqual(await collect(store.readLog('run-a', {}, patient())), []);
  }),
];
