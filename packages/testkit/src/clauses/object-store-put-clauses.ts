import assert from 'node:assert/strict';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { ObjectStoreContext } from './contexts.ts';
import { collect, patient, refuses } from './expect.ts';
import { absent, bytes, chunks, digestOf, get, put } from './object-store-steps.ts';

/** How blobs come to be. */
export const putClauses: readonly Clause<ObjectStoreContext>[] = [
  clause(
    'OS-PUT-01',
    'A blob has the digest and size of its content, and every handle reads it unchanged: an empty one and a large one too.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      for (const size of [0, 1, 300_000]) {
        const data = bytes(size);
        assert.deepEqual(await put(one, data), { digest: digestOf(data), size });
        assert.deepEqual(await get(other, digestOf(data)), data);
        assert.equal((await other.stat(digestOf(data)))?.size, size);
      }
    },
  ),
  clause(
    'OS-PUT-02',
    'Content that has not the digest that was announced is AMBIT_OBJECT_MISMATCH, and neither of the two is kept.',
    async (context) => {
      const store = context.open();
      const data = bytes(5000);
      await refuses(put(store, data, absent), 'AMBIT_OBJECT_MISMATCH');
      assert.equal(await store.stat(absent), undefined);
      assert.equal(await store.stat(digestOf(data)), undefined);
      assert.deepEqual(await collect(store.list(patient())), []);
      assert.equal((await put(store, data, digestOf(data))).digest, digestOf(data));
    },
  ),
  clause(
    'OS-PUT-03',
    'A blob is not there before it is whole: not while it is written, and not after its source failed.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      const data = bytes(200_000);
      const failure = new assert.AssertionError({ message: 'the source broke off' });
      const broken = async function* (): AsyncIterable<Uint8Array> {
        yield data;
        assert.equal(await other.stat(digestOf(data)), undefined);
        assert.deepEqual(await collect(other.list(patient())), []);
        throw failure;
      };
      await assert.rejects(one.put(broken(), { digest: digestOf(data), signal: patient() }), (error) => error === failure);
      assert.equal(await other.stat(digestOf(data)), undefined);
      await refuses(get(other, digestOf(data)), 'AMBIT_OBJECT_MISSING');
    },
  ),
  clause('OS-PUT-04', 'Storing what is there, also by several at once, is no error and keeps one blob.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const data = bytes(50_000);
    const results = await Promise.all([put(one, data), put(other, data), put(one, data)]);
    assert.deepEqual(new Set(results.map((each) => each.digest)), new Set([digestOf(data)]));
    await put(other, data);
    assert.equal((await collect(one.list(patient()))).length, 1);
    assert.deepEqual(await get(one, digestOf(data)), data);
  }),
  clause('OS-PUT-05', 'An aborted upload rejects and leaves nothing.', async (context) => {
    const store = context.open();
    const stop = new AbortController();
    const endless = async function* (): AsyncIterable<Uint8Array> {
      for (let count = 0; ; count += 1) {
        yield bytes(1000);
        if (count === 3) stop.abort();
      }
    };
    await assert.rejects(store.put(endless(), { signal: stop.signal }));
    assert.deepEqual(await collect(store.list(patient())), []);
  }),
  clause('OS-PUT-06', 'A source may use one buffer for all that it gives, one after the other.', async (context) => {
    const store = context.open();
    const data = bytes(20_000);
    const reused = async function* (): AsyncIterable<Uint8Array> {
      const buffer = Buffer.alloc(1000);
      for await (const chunk of chunks(data)) {
        buffer.set(chunk);
        yield buffer;
      }
      buffer.fill(0);
    };
    const { digest } = await store.put(reused(), { signal: patient() });
    assert.equal(digest, digestOf(data));
    assert.deepEqual(await get(store, digest), data);
  }),
  clause(
    'OS-PUT-07',
    'Content that does not match harms no blob that is there: that of its own, and that of the announced digest.',
    async (context) => {
      const store = context.open();
      const [one, other] = [bytes(3000), bytes(4000)];
      await put(store, one);
      await refuses(put(store, other, digestOf(one)), 'AMBIT_OBJECT_MISMATCH');
      assert.deepEqual(await get(store, digestOf(one)), one);
      await put(store, other);
      await refuses(put(store, other, digestOf(one)), 'AMBIT_OBJECT_MISMATCH');
      assert.deepEqual(await get(store, digestOf(other)), other);
    },
  ),
  clause('OS-PUT-08', 'An upload that breaks off harms no other of the same blob.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const data = bytes(100_000);
    const failure = new assert.AssertionError({ message: 'the source broke off' });
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield data;
      await put(other, data);
      throw failure;
    };
    await assert.rejects(one.put(broken(), { digest: digestOf(data), signal: patient() }), (error) => error === failure);
    assert.deepEqual(await get(one, digestOf(data)), data);
    assert.equal((await collect(other.list(patient()))).length, 1);
  }),
  clause('OS-PUT-09', 'Many blobs may be stored at once, and each is what its source gave.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const all = Array.from({ length: 40 }, (_, index) => bytes(500 + index * 997));
    const results = await Promise.all(all.map((data, index) => put(index % 2 ? one : other, data)));
    for (const [index, data] of all.entries()) {
      assert.deepEqual(results[index], { digest: digestOf(data), size: data.length });
      assert.deepEqual(await get(one, digestOf(data)), data);
    }
  }),
  clause('OS-PUT-10', 'An upload that was aborted before it began stores nothing, and does not read on.', async (context) => {
    const store = context.open();
    let taken = 0;
    const counted = async function* (): AsyncIterable<Uint8Array> {
      for await (const chunk of chunks(bytes(50_000))) {
        taken += 1;
        yield chunk;
      }
    };
    await assert.rejects(store.put(counted(), { signal: AbortSignal.abort() }));
    assert.ok(taken <= 1, `${taken} chunks were taken`);
    assert.deepEqual(await collect(store.list(patient())), []);
  }),
];
