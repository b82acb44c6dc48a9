import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStore } from '@ambit/plugin-api';
import { testHost } from '@ambit/testkit';
import type { ObjectStoreContext, RunStoreContext, TestHostOptions } from '@ambit/testkit';
import { folderObjects, sqliteRuns } from '@ambit/local';

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ambit-stores-'));
}

/** SQLite in a folder of its own; stores that are still open are closed with it. */
export async function sqliteContext(options: TestHostOptions = {}): Promise<RunStoreContext & { readonly folder: string }> {
  const folder = await newFolder();
  const stores: RunStore[] = [];
  return {
    folder,
    open: () => {
      const store = sqliteRuns({ directory: folder }).runs(testHost(folder, options));
      stores.push(store);
      return store;
    },
    dispose: async () => {
      await Promise.all(stores.map((store) => store.dispose()));
      await rm(folder, { recursive: true });
    },
  };
}

export async function folderContext(): Promise<ObjectStoreContext & { readonly folder: string }> {
  const folder = await newFolder();
  return {
    folder,
    open: () => folderObjects({ directory: folder }).objects(testHost(folder)),
    dispose: () => rm(folder, { recursive: true }),
  };
}
