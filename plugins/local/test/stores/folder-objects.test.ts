import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderContext } from './store-contexts.ts';

const signal = AbortSignal.timeout(60_000);
let context: Awaited<ReturnType<typeof folderContext>>;
beforeEach(async () => {
  context = await folderContext();
});
afterEach(() => context.dispose());

async function* of(...parts: string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

it('names a blob by its content, in a folder of its first two digits', async () => {
  const store = context.open();
  const { digest } = await store.put(of('hello', ' world'), { signal });
  expect(digest).toBe('sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9');
  expect(store.path?.(digest)).toBe(join(context.folder, 'b9', '4d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'));
});

it('does not list what a writer left that crashed, nor what is not its own', async () => {
  const store = context.open();
  const { digest } = await store.put(of('kept'), { signal });
  const halfWritten = store.put(
    (async function* () {
      yield Buffer.from('half');
      await mkdir(join(context.folder, 'ab'));
      await writeFile(join(context.folder, 'ab', 'notes.txt'), 'mine');
      await writeFile(join(context.folder, 'README'), 'mine');
      expect((await readdir(join(context.folder, 'drafts'))).length).toBe(1);
      const listed: string[] = [];
      for await (const each of store.list(signal)) listed.push(each.digest);
      expect(listed).toEqual([digest]);
      throw new Error('crash');
    })(),
    { signal },
  );
  await expect(halfWritten).rejects.toThrow('crash');
  expect(await readdir(join(context.folder, 'drafts'))).toEqual([]);
});

it('takes what is no digest for a blob that is not there, and never leaves its folder', async () => {
  const store = context.open();
  const digest = 'sha256:../../../../etc/passwd';
  await expect(store.get(digest, { signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'AMBIT_OBJECT_MISSING' });
  expect(await store.stat(digest)).toBeUndefined();
  expect(store.path?.(digest)).toBeUndefined();
  await store.delete([digest]);
});

it('takes a file without a copy, and nobody may write to it', async () => {
  const store = context.open();
  const { directory } = await store.folder!.open();
  await writeFile(join(directory, 'given'), 'hello');
  const { ino } = await stat(join(directory, 'given'));
  const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  await store.folder!.take('given', { digest, size: 5 });
  const taken = await stat(store.path!(digest)!);
  expect([taken.ino, taken.mode & 0o777]).toEqual([ino, 0o444]);
  const { digest: put } = await store.put(of('put'), { signal });
  expect((await stat(store.path!(put)!)).mode & 0o777).toBe(0o444);
});
