import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStore, SharedState } from '@ambit/plugin-api';
import { testHost } from '@ambit/testkit';
import type { ObjectStoreContext, RunStoreContext, SharedStateContext, TestHostOptions } from '@ambit/testkit';
import { folderObjects, sqliteRuns, sqliteShared } from '@ambit/local';

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

/** `machine.db` in a folder of its own. */
export async function sharedContext(): Promise<SharedStateContext & { readonly folder: string }> {
  const folder = await newFolder();
  const states: SharedState[] = [];
  return {
    folder,
    open: () => {
      const state = sqliteShared().shared(testHost(folder));
      states.push(state);
      return state;
    },
    dispose: async () => {
      await Promise.all(states.map((state) => state.dispose()));
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
