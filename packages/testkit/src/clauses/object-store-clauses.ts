import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Digest, ObjectStore } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { ObjectStoreContext } from './contexts.ts';
import { collect, patient, refuses } from './expect.ts';

const digestOf = (data: Uint8Array): Digest => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const absent: Digest = `sha256:${'0'.repeat(64)}`;

/** Bytes that differ along the way, so that a part from a wrong place shows. */
function bytes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

async function* chunks(data: Uint8Array, size = 1000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

const put = (store: ObjectStore, data: Uint8Array, digest?: Digest): Promise<{ digest: Digest; size: number }> =>
  store.put(chunks(data), { signal: patient(), ...(digest ? { digest } : {}) });

async function get(store: ObjectStore, digest: Digest, range: { from?: number; to?: number } = {}): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(store.get(digest, { ...range, signal: patient() }))));
}

/** What every object store does. */
export const objectStoreClauses: readonly Clause<ObjectStoreContext>[] = [
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
  clause(
    'OS-GET-01',
    'A part is the bytes from one place up to, and without, another; the end may lie beyond the blob.',
    async (context) => {
      const store = context.open();
      const data = bytes(150_000);
      const { digest } = await put(store, data);
      const ranges = [
        { from: 149_999 },
        { from: 0, to: 0 },
        { to: 70_001 },
        { from: 65_535, to: 65_537 },
        { from: 100_000, to: 200_000 },
        { from: 150_000 },
      ];
      for (const range of ranges) {
        assert.deepEqual(await get(store, digest, range), data.slice(range.from ?? 0, range.to), JSON.stringify(range));
      }
    },
  ),
  clause('OS-GET-02', 'A blob that is not there is AMBIT_OBJECT_MISSING, and has no facts.', async (context) => {
    const store = context.open();
    const error = await refuses(get(store, absent), 'AMBIT_OBJECT_MISSING');
    assert.match(error.message, /sha256:0000/);
    assert.equal(await store.stat(absent), undefined);
  }),
  clause(
    'OS-LIST-01',
    'The list has every blob once, with size and time; deleted ones are gone for every handle, and those that are not there are passed over.',
    async (context) => {
      const [one, other] = [context.open(), context.open()];
      const stored = await Promise.all([10, 20, 30].map((size) => put(one, bytes(size))));
      const sizes = async (): Promise<number[]> => (await collect(other.list(patient()))).map((each) => each.size).sort((a, b) => a - b);
      assert.deepEqual(await sizes(), [10, 20, 30]);
      for await (const each of other.list(patient())) {
        assert.ok(Math.abs(Date.now() - Date.parse(each.at)) < 3_600_000, `${each.at} is not the time of storing`);
      }
      await other.delete([absent, ...stored.slice(0, 2).map((each) => each.digest)]);
      assert.deepEqual(await sizes(), [30]);
      await refuses(get(one, stored[0]?.digest ?? absent), 'AMBIT_OBJECT_MISSING');
      await one.delete([absent]);
    },
  ),
  clause('OS-PATH-01', 'Where a blob has a path, the file there has its content; a blob that is not there has none.', async (context) => {
    const store = context.open();
    if (!store.path) return { notClaimed: 'blobs of this store have no path' };
    const data = bytes(1234);
    const { digest } = await put(store, data);
    const path = store.path(digest);
    assert.ok(path !== undefined);
    assert.deepEqual(new Uint8Array(await readFile(path)), data);
    assert.equal(store.path(absent), undefined);
    return undefined;
  }),
];
