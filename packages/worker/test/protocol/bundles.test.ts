import { describe, expect, it } from 'vitest';
import { FrameKind } from '../../src/protocol/frame.ts';
import { frameBytes, messageBytes } from './frames.ts';
import { TwoEnds, bytes, containing, joined, until } from './two-ends.ts';

const file = (path: string, size = 10) => ({ path, mode: 0o644, data: bytes(size, path.length) });

describe('a bundle', () => {
  it('arrives file by file, with paths and modes', async () => {
    const ends = await new TwoEnds().open();
    const files = [{ ...file('main.js', 200_000), mode: 0o755 }, file('assets/a b.txt', 0), file('assets/ä', 5)];
    ends.engine.sendBundle({ digest: 'sha256:b', entry: 'main.js', files });
    await until('it', () => ends.bundles.length === 1);
    const [bundle] = ends.bundles;
    expect(bundle).toMatchObject({ digest: 'sha256:b', entry: 'main.js' });
    const seen = [];
    for await (const { path, size, mode, data } of bundle!.files)
      seen.push({ path, size, mode, same: Buffer.compare(await joined(data), files[seen.length]!.data) });
    expect(seen).toEqual(files.map(({ path, mode, data }) => ({ path, size: data.length, mode, same: 0 })));
    await ends.close();
  });

  it('is read over where a reader does not want a file', async () => {
    const ends = await new TwoEnds().open();
    ends.engine.sendBundle({ digest: 'sha256:b', entry: 'b', files: [file('a', 300_000), file('b', 5)] });
    await until('it', () => ends.bundles.length === 1);
    for await (const { path, data } of ends.bundles[0]!.files) if (path === 'b') expect(await joined(data)).toEqual(bytes(5, 1));
    await ends.close();
  });

  it('of which only the beginning is read does not stand in the way of others', async () => {
    const ends = await new TwoEnds().open();
    for (const digest of ['one', 'two']) ends.engine.sendBundle({ digest, entry: 'a', files: [file('a', 3_000_000)] });
    await until('both', () => ends.bundles.length === 2);
    for await (const { data } of ends.bundles[0]!.files) {
      for await (const _ of data) break;
      break;
    }
    for await (const { data } of ends.bundles[1]!.files) expect((await joined(data)).length).toBe(3_000_000);
    expect(ends.line.toWorker.bytes).toBeLessThan(4_500_000);
    await ends.close();
  });

  it.each([['/etc/passwd'], ['../a'], ['a/../../b'], ['a//b'], ['./a'], ['a/'], [''], ['a\\b'], ['C:/a'], ['a\0b'], ['x'.repeat(2000)]])(
    'with the path %j is refused where it is sent',
    async (path) => {
      const ends = await new TwoEnds().open();
      expect(() => ends.engine.sendBundle({ digest: 'd', entry: path, files: [file(path)] })).toThrow(
        expect.objectContaining({ code: 'AMBIT_BUNDLE_REFUSED' }),
      );
      await ends.close();
    },
  );

  it.each([
    ['two files of one path', 'a', [file('a'), file('a')]],
    ['an entry that is no file', 'b', [file('a')]],
    ['too many files', 'a', Array.from({ length: 20_001 }, (_, index) => ({ ...file('a', 0), path: `${index}` }))],
    ['an odd mode', 'a', [{ ...file('a'), mode: 0o4755 }]],
  ])('with %s is refused where it is sent', async (_, entry, files) => {
    const ends = await new TwoEnds().open();
    expect(() => ends.engine.sendBundle({ digest: 'd', entry, files })).toThrow(expect.objectContaining({ code: 'AMBIT_BUNDLE_REFUSED' }));
    await ends.close();
  });

  it.each([
    ['more', 11, 'more bytes than its files'],
    ['fewer', 9, 'ends before its last file'],
  ])('with %s bytes than it says is an error to who reads it', async (_, length, reason) => {
    const ends = await new TwoEnds().open();
    await ends.line.engine.write(
      messageBytes({ type: 'bundle', digest: 'd', entry: 'a', files: [{ path: 'a', size: 10, mode: 0o644 }], stream: 2 }),
    );
    await ends.line.engine.write(frameBytes({ kind: FrameKind.last, stream: 2, payload: bytes(length) }));
    await until('it', () => ends.bundles.length === 1);
    const reading = (async () => {
      for await (const { data } of ends.bundles[0]!.files) await joined(data);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'AMBIT_PROTOCOL_BROKEN', message: containing(reason) });
    await ends.close();
  });

  it('breaks off with its connection', async () => {
    const ends = await new TwoEnds().open();
    ends.engine.sendBundle({ digest: 'd', entry: 'a', files: [file('a', 3_000_000)] });
    await until('it', () => ends.bundles.length === 1);
    ends.line.break();
    const reading = (async () => {
      for await (const { data } of ends.bundles[0]!.files) await joined(data);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'AMBIT_CONNECTION_BROKEN' });
  });
});
