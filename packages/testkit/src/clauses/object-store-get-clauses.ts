import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Digest } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { ObjectStoreContext } from './contexts.ts';
import { collect, first, patient, refuses } from './expect.ts';
import { absent, bytes, chunks, digestOf, get, put } from './object-store-steps.ts';

const reads: readonly Clause<ObjectStoreContext>[] = [
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
  clause('OS-GET-03', 'A read may be broken off or aborted, and the blob may be read again, also by several at once.', async (context) => {
    const store = context.open();
    const data = bytes(1_000_000);
    const { digest } = await put(store, data);
    await first(store.get(digest, { signal: patient() }));
    await assert.rejects(collect(store.get(digest, { signal: AbortSignal.abort() })));
    for (const read of await Promise.all([get(store, digest), get(store, digest)])) assert.ok(Buffer.from(read).equals(data));
  }),
  clause('OS-GET-04', 'A large blob comes in parts, so that whoever reads it need not hold it.', async (context) => {
    const store = context.open();
    const data = randomBytes(20_000_000);
    const { digest } = await store.put(chunks(data, 1_000_000), { signal: patient() });
    let at = 0;
    for await (const part of store.get(digest, { signal: patient() })) {
      assert.ok(part.length <= 8 * 2 ** 20, `a part of ${part.length} bytes`);
      assert.ok(Buffer.from(part).equals(data.subarray(at, at + part.length)), `the part at ${at} is another`);
      at += part.length;
    }
    assert.equal(at, data.length);
  }),
  clause('OS-GET-05', 'What a reader does with the bytes that it got changes no blob.', async (context) => {
    const store = context.open();
    const data = bytes(2000);
    const { digest } = await put(store, data);
    for await (const part of store.get(digest, { signal: patient() })) part.fill(0);
    assert.deepEqual(await get(store, digest), data);
  }),
  clause('OS-NAME-01', 'What is no digest names no blob: there is nothing of it, and nothing to delete.', async (context) => {
    const store = context.open();
    const data = bytes(100);
    const { digest } = await put(store, data);
    const hex = digest.slice('sha256:'.length);
    const odd: readonly Digest[] = [
      'sha256:',
      'sha256:../../etc/passwd',
      `sha256:${hex.toUpperCase()}x`,
      `sha256:${hex}/`,
      `sha256:${hex.slice(0, 2)}`,
    ];
    for (const name of odd) {
      await refuses(get(store, name), 'AMBIT_OBJECT_MISSING');
      assert.equal(await store.stat(name), undefined);
      assert.equal(store.path?.(name), undefined);
    }
    await store.delete(odd);
    assert.deepEqual(await get(store, digest), data);
  }),
];

const lists: readonly Clause<ObjectStoreContext>[] = [
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
  clause('OS-LIST-02', 'The facts of a blob are the same in the list and when asked for.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    for (const size of [0, 5000]) await put(one, bytes(size));
    for (const { digest, size, at } of await collect(other.list(patient()))) {
      assert.match(at, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
      assert.deepEqual(await one.stat(digest), { size, at });
    }
  }),
  clause('OS-LIST-03', 'A list of many blobs is whole, and names each once.', async (context) => {
    const store = context.open();
    const all = Array.from({ length: 1_100 }, (_, index) => Buffer.from(`blob ${index}`));
    for (let at = 0; at < all.length; at += 100) await Promise.all(all.slice(at, at + 100).map((data) => put(store, data)));
    const listed = (await collect(store.list(patient()))).map(({ digest }) => digest);
    assert.equal(listed.length, all.length);
    assert.deepEqual(new Set(listed), new Set(all.map(digestOf)));
  }),
  clause('OS-DELETE-01', 'What was deleted may be stored again; what is left out of a deletion stays.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const [gone, kept] = [bytes(100), bytes(200)];
    for (const data of [gone, kept]) await put(one, data);
    await other.delete([digestOf(gone), digestOf(gone)]);
    assert.equal(await one.stat(digestOf(gone)), undefined);
    assert.deepEqual(await get(one, digestOf(kept)), kept);
    await put(one, gone, digestOf(gone));
    assert.deepEqual(await get(other, digestOf(gone)), gone);
    await one.delete([]);
    assert.equal((await collect(other.list(patient()))).length, 2);
  }),
  clause('OS-DISPOSE-01', 'Blobs are there when the handle that stored them has been disposed of.', async (context) => {
    const store = context.open();
    const data = bytes(5000);
    const { digest } = await put(store, data);
    await store.dispose();
    assert.deepEqual(await get(context.open(), digest), data);
  }),
];

/** How blobs are read, listed and deleted. */
export const getClauses: readonly Clause<ObjectStoreContext>[] = [...reads, ...lists];
