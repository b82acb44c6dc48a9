import assert from 'node:assert/strict';
import { access, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Digest, ObjectFolder, ObjectStore } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause, NotClaimed } from './clause.ts';
import type { ObjectStoreContext } from './contexts.ts';
import { collect, patient, refuses } from './expect.ts';
import { bytes, digestOf, get, put } from './object-store-steps.ts';

type Check = (store: ObjectStore, folder: ObjectFolder, context: ObjectStoreContext) => Promise<void>;

const withFolder =
  (check: Check) =>
  async (context: ObjectStoreContext): Promise<void | NotClaimed> => {
    const store = context.open();
    if (!store.folder) return { notClaimed: 'the store has no folder on this machine' };
    await check(store, store.folder, context);
  };

/** How whole files are handed over. */
export const folderClauses: readonly Clause<ObjectStoreContext>[] = [
  clause(
    'OS-FOLDER-01',
    'A file that is put into the folder and taken is a blob for every handle, once, and lies in the folder no more.',
    withFolder(async (store, folder, context) => {
      const { directory } = await folder.open();
      const data = bytes(100_000);
      const digest = digestOf(data);
      const before = await readdir(directory);
      for (const name of ['one', 'two']) {
        await writeFile(join(directory, name), data);
        assert.equal(name === 'two', (await store.stat(digest)) !== undefined);
        await folder.take(name, { digest, size: data.length });
        assert.deepEqual(await get(context.open(), digest), data);
      }
      assert.equal((await collect(store.list(patient()))).length, 1);
      assert.deepEqual(await readdir(directory), before);
    }),
  ),
  clause(
    'OS-FOLDER-02',
    'What is no file of that size right in the folder is AMBIT_OBJECT_REFUSED, and no blob.',
    withFolder(async (store, folder) => {
      const { directory } = await folder.open();
      const data = bytes(1000);
      const digest = digestOf(data);
      const size = data.length;
      await mkdir(join(directory, 'inner'));
      await writeFile(join(directory, 'inner', 'file'), data);
      await symlink(join(directory, 'inner', 'file'), join(directory, 'link'));
      await writeFile(join(directory, 'short'), data.subarray(1));
      const names = ['nowhere', 'inner', 'inner/file', 'link', 'short', '', '..', `../${'x'.repeat(8)}`];
      for (const name of names) await refuses(folder.take(name, { digest, size }), 'AMBIT_OBJECT_REFUSED');
      await writeFile(join(directory, 'whole'), data);
      const wrong = '../../x' as Digest;
      await refuses(folder.take('whole', { digest: wrong, size }), 'AMBIT_OBJECT_REFUSED');
      assert.deepEqual(await collect(store.list(patient())), []);
      assert.deepEqual(new Uint8Array(await readFile(join(directory, 'inner', 'file'))), data);
    }),
  ),
  clause(
    'OS-FOLDER-03',
    'In the folder lies what proves to whoever reads it that it is this one; it is no blob, and goes with the handle.',
    withFolder(async (store, folder, context) => {
      const other = context.open();
      const [first, second] = [await folder.open(), await other.folder?.open()];
      assert.ok(isAbsolute(first.directory));
      assert.equal(await readFile(join(first.directory, first.proof.name), 'utf8'), first.proof.content);
      assert.ok(first.proof.content.length >= 16, `"${first.proof.content}" can be guessed`);
      assert.notEqual(first.proof.content, second?.proof.content);
      assert.deepEqual(await folder.open(), first);
      assert.deepEqual(await collect(store.list(patient())), []);
      await put(store, bytes(10));
      await other.dispose();
      await assert.rejects(access(join(second!.directory, second!.proof.name)));
      await access(join(first.directory, first.proof.name));
    }),
  ),
];
