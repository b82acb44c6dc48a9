import { describe, expect, it } from 'vitest';
import { TwoEnds, bytes, containing, joined, pieces, until } from './two-ends.ts';

describe('blobs of a worker', () => {
  it('are stored and fetched, whole and in part', async () => {
    const ends = await new TwoEnds().open();
    const { digest, size } = await ends.worker.putObject(pieces(bytes(700_000), 30_000));
    expect(size).toBe(700_000);
    expect(Buffer.compare(await joined(ends.worker.getObject(digest, {})), bytes(700_000))).toBe(0);
    expect(await joined(ends.worker.getObject(digest, { from: 10, to: 20 }))).toEqual(bytes(700_000).subarray(10, 20));
    const empty = await ends.worker.putObject(pieces(bytes(0), 1));
    expect(await joined(ends.worker.getObject(empty.digest, {}))).toEqual(bytes(0));
    await ends.close();
  });

  it('that are not there are an error with the store’s words', async () => {
    const ends = await new TwoEnds().open();
    await expect(joined(ends.worker.getObject('sha256:none', {}))).rejects.toMatchObject({
      code: 'AMBIT_OBJECT_FAILED',
      message: 'The blob sha256:none could not be read: There is no blob sha256:none.',
    });
    await ends.close();
  });

  it('that the store refuses are an error, and the rest of them is not sent', async () => {
    let ended = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (const piece = bytes(50_000); ;) yield piece;
      } finally {
        ended = true;
      }
    }
    const put = async (data: AsyncIterable<Uint8Array>): Promise<never> => {
      for await (const _ of data) throw new Error('the disk is full');
      throw new Error('nothing came');
    };
    const ends = await new TwoEnds().open({ objects: { put, get: () => pieces(bytes(1), 1) } });
    await expect(ends.worker.putObject(source())).rejects.toMatchObject({
      code: 'AMBIT_OBJECT_FAILED',
      message: containing('the disk is full'),
    });
    await until('the end of the source', () => ended);
    await ends.close();
  });

  it('whose source fails are an error, and not stored', async () => {
    const ends = await new TwoEnds().open();
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytes(10);
      throw new Error('the file is gone');
    }
    await expect(ends.worker.putObject(source())).rejects.toMatchObject({ message: containing('the file is gone') });
    expect(ends.blobs.size).toBe(0);
    await ends.close();
  });

  it('that break off in the middle are an error to who reads them', async () => {
    async function* get(): AsyncGenerator<Uint8Array> {
      yield bytes(10);
      throw new Error('a bad sector');
    }
    const ends = await new TwoEnds().open({ objects: { put: () => Promise.reject(new Error('none')), get } });
    await expect(joined(ends.worker.getObject('sha256:1', {}))).rejects.toMatchObject({ message: containing('a bad sector') });
    await ends.close();
  });

  it('that are read in part end at their source', async () => {
    let ended = false;
    async function* get(): AsyncGenerator<Uint8Array> {
      try {
        for (const piece = bytes(50_000); ;) yield piece;
      } finally {
        ended = true;
      }
    }
    const ends = await new TwoEnds().open({ objects: { put: () => Promise.reject(new Error('none')), get } });
    for await (const _ of ends.worker.getObject('sha256:1', {})) break;
    await until('the end of the source', () => ended);
    await ends.close();
  });

  it('are many at once, and more than go at once wait', async () => {
    const ends = await new TwoEnds().open();
    const sizes = Array.from({ length: 500 }, (_, index) => index);
    const stored = await Promise.all(sizes.map((size) => ends.worker.putObject(pieces(bytes(size), 100))));
    const fetched = await Promise.all(stored.map(({ digest }) => joined(ends.worker.getObject(digest, {}))));
    expect(fetched.map((data) => data.length)).toEqual(sizes);
    for (let turn = 0; turn < 500; turn += 1) for await (const _ of ends.worker.getObject(stored[499]!.digest, {})) break;
    expect(ends.workerEnds).toEqual([]);
    await ends.close();
  });

  it('that are under way are an error when the connection breaks, and those that wait too', async () => {
    const ends = await new TwoEnds().open({ objects: { put: () => new Promise(() => undefined), get: () => pieces(bytes(1), 1) } });
    const puts = Array.from({ length: 200 }, () => ends.worker.putObject(pieces(bytes(10), 10)));
    await new Promise((resolve) => setImmediate(resolve));
    ends.line.break();
    for (const put of await Promise.allSettled(puts))
      expect(put).toMatchObject({ status: 'rejected', reason: { code: 'AMBIT_CONNECTION_BROKEN' } });
    await expect(joined(ends.worker.getObject('sha256:1', {}))).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
  });
});

describe('a folder for blobs', () => {
  const stored = { put: () => Promise.reject(new Error('unused')), get: () => pieces(bytes(1), 1) };
  const shared = { directory: '/store', proof: { name: 'proof', content: 'secret' } };

  it('is told of, takes what is put there, and says where blobs are', async () => {
    const taken: unknown[] = [];
    const folder = {
      open: async () => shared,
      take: async (...given: unknown[]) => void taken.push(given),
      path: (digest: string) => (digest === 'sha256:1' ? '/store/1' : undefined),
    };
    const ends = await new TwoEnds().open({ objects: { ...stored, folder } });
    const { worker } = ends;
    expect(await worker.objectFolder()).toEqual(shared);
    await worker.takeObject('name', { digest: 'sha256:1', size: 3 });
    expect(taken).toEqual([['name', 'sha256:1', 3]]);
    expect([await worker.findObject('sha256:1'), await worker.findObject('sha256:2')]).toEqual(['/store/1', undefined]);
    await ends.close();
  });

  it('says why it does not take what it should', async () => {
    const folder = { open: async () => shared, take: () => Promise.reject(new Error('another size')), path: () => undefined };
    const { worker } = await new TwoEnds().open({ objects: { ...stored, folder } });
    await expect(worker.takeObject('name', { digest: 'sha256:1', size: 3 })).rejects.toMatchObject({
      code: 'AMBIT_OBJECT_FAILED',
      message: containing('another size'),
    });
  });

  it('is none where the store has none, or cannot open it', async () => {
    const plain = await new TwoEnds().open({ objects: stored });
    expect(await plain.worker.objectFolder()).toBeUndefined();
    await expect(plain.worker.takeObject('name', { digest: 'sha256:1', size: 3 })).rejects.toMatchObject({ code: 'AMBIT_OBJECT_FAILED' });
    expect(await plain.worker.findObject('sha256:1')).toBeUndefined();
    const folder = { open: () => Promise.reject(new Error('no rights')), take: async () => undefined, path: () => undefined };
    const broken = await new TwoEnds().open({ objects: { ...stored, folder } });
    expect(await broken.worker.objectFolder()).toBeUndefined();
  });

  it('is waited for no longer than the connection lives', async () => {
    const folder = { open: () => new Promise<never>(() => undefined), take: async () => undefined, path: () => undefined };
    const ends = await new TwoEnds().open({ objects: { ...stored, folder } });
    const asked = ends.worker.objectFolder();
    await new Promise((resolve) => setImmediate(resolve));
    ends.line.break();
    await expect(asked).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
  });
});
