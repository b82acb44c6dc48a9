import assert from 'node:assert/strict';
import type { Json } from '@ambit/plugin-api';
import { collect, eventually, patient } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { event, take, types } from './run-store-steps.ts';

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
  clause('RS-APPEND-03', 'What has been appended is kept as it was, whatever becomes of the object that was given.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    const data = { list: [1], nested: { a: 'before' } };
    await store.append('run-a', epoch, [event('a', data)]);
    data.list.push(2);
    data.nested.a = 'after';
    const [stored] = await collect(store.read('run-a', {}, patient()));
    assert.deepEqual(stored?.data, { list: [1], nested: { a: 'before' } });
  }),
  clause('RS-APPEND-04', 'Data may be any JSON: large, deep, and with any text as value and as key.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    let deep: Json = 'end';
    for (let depth = 0; depth < 200; depth += 1) deep = [deep];
    const text = '\'; DROP TABLE events; -- \\ " \u2028 \u0000 \ud800 \ufffd';
    const all: Json[] = ['x'.repeat(1_000_000), deep, { [text]: text, '': '', '0': 0 }, [], 1e-300, -0.5, 9007199254740991, false, ''];
    await store.append(
      'run-a',
      epoch,
      all.map((data) => event('a', data)),
    );
    const read = (await collect(store.read('run-a', {}, patient()))).map((each) => each.data);
    assert.deepEqual(read, all);
  }),
  clause('RS-APPEND-05', 'A type may be any text, and comes back as it was.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    const made = ['run.started', 'a b', 'ünï\ud83d\ude00', '%', "it's", ''].map((type) => event(type));
    await store.append('run-a', epoch, made);
    assert.deepEqual(types(await collect(store.read('run-a', {}, patient()))), types(made));
    assert.deepEqual(types(await collect(store.read('run-a', { types: ["it's", '%'] }, patient()))), ['%', "it's"]);
  }),
  clause('RS-READ-04', 'What is read while others append is the beginning of the record, without a gap.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    const total = 400;
    const writing = (async () => {
      for (let count = 0; count < total; count += 8)
        await writer.append(
          'run-a',
          epoch,
          Array.from({ length: 8 }, () => event('n')),
        );
    })();
    let seen = 0;
    await eventually('all is read', async () => {
      const seqs = (await collect(reader.read('run-a', {}, patient()))).map((each) => each.seq);
      assert.deepEqual(
        seqs,
        Array.from({ length: seqs.length }, (_, index) => index + 1),
      );
      assert.ok(seqs.length >= seen && seqs.length % 8 === 0, `${seqs.length} events are seen, after ${seen}`);
      seen = seqs.length;
      return seen === total || undefined;
    });
    await writing;
  }),
  clause('RS-READ-05', 'Reading may be broken off, and hinders nobody.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    await store.append(
      'run-a',
      epoch,
      Array.from({ length: 3_000 }, (_, index) => event(String(index))),
    );
    for await (const each of other.read('run-a', {}, patient())) if (each.seq === 2) break;
    await assert.rejects(collect(other.read('run-a', {}, AbortSignal.abort())));
    assert.deepEqual(await store.append('run-a', epoch, [event('last')]), { seq: 3_001 });
  }),
  clause('RS-DISPOSE-01', 'What was recorded is there when every handle has been disposed of, and so is the lease.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await store.append('run-a', epoch, [event('a')]);
    await store.writeLog('run-a', epoch, 'x', 'stdout', Buffer.from('text'), new Date());
    await store.dispose();
    const later = context.open();
    assert.deepEqual(types(await collect(later.read('run-a', {}, patient()))), ['a']);
    assert.equal((await collect(later.readLog('run-a', {}, patient()))).length, 1);
    assert.ok('heldBy' in (await later.acquire('run-a', { holder: 'second', ttlMs: 1 }, patient())));
  }),
  clause('RS-MANY-01', 'Many runs may be written at once, each by its own owner: each record is whole.', async (context) => {
    const stores = [context.open(), context.open()];
    const names = Array.from({ length: 8 }, (_, index) => `run-${index}`);
    const write = async (name: string, index: number): Promise<void> => {
      const store = stores[index % 2] ?? context.open();
      const epoch = await take(store, name);
      for (let count = 0; count < 10; count += 1) await store.append(name, epoch, [event(`${name}.${count}`), event(`${name}.also`)]);
    };
    await Promise.all(names.map(write));
    for (const name of names) {
      const read = await collect(context.open().read(name, {}, patient()));
      assert.deepEqual(types(read), Array.from({ length: 10 }, (_, count) => [`${name}.${count}`, `${name}.also`]).flat());
    }
  }),
];
