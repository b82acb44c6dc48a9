import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, ObjectStore } from '@ambit/plugin-api';
import { objectStoreClauses } from '@ambit/testkit';
import { memoryObjectContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import type { Mutant } from './catches.ts';
import { map, none, unheard } from './wrong.ts';

async function collected(data: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return chunks;
}

async function* of(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const deleted = new Set<Digest>();

const puts: readonly Mutant<ObjectStore>[] = [
  {
    fault: 'a wrong size',
    caughtBy: 'OS-PUT-01',
    members: (store) => ({ put: async (...args) => ({ ...(await store.put(...args)), size: 1 }) }),
  },
  {
    fault: 'a digest that is not checked',
    caughtBy: 'OS-PUT-02',
    members: (store) => ({ put: (data, { signal }) => store.put(data, { signal }) }),
  },
  {
    fault: 'a blob that is kept though its source failed',
    caughtBy: 'OS-PUT-03',
    members: (store) => ({
      put: async (data, options) => {
        const kept: Uint8Array[] = [];
        const tee = map(data, (chunk) => {
          kept.push(chunk);
          return [chunk];
        });
        return store.put(tee, options).catch(async (error: unknown) => {
          await store.put(
            (async function* () {
              yield* kept;
            })(),
            { signal: options.signal },
          );
          throw error;
        });
      },
    }),
  },
  {
    fault: 'an upload that no abort stops short',
    caughtBy: 'OS-PUT-05',
    members: (store) => ({
      put: async (data, { signal }) => {
        const until = (async function* () {
          for await (const chunk of data) {
            if (signal.aborted) return;
            yield chunk;
          }
        })();
        return store.put(until, { signal: new AbortController().signal });
      },
    }),
  },
  {
    fault: 'a blob for each who stores it',
    caughtBy: 'OS-PUT-04',
    members: (store) => {
      let stored = 0;
      return {
        put: (...args) => {
          stored += 1;
          return store.put(...args);
        },
        list: (...args) => map(store.list(...args), (blob) => Array.from({ length: stored }, () => blob)),
      };
    },
  },
  {
    fault: 'chunks that are kept as they are given',
    caughtBy: 'OS-PUT-06',
    members: (store) => ({ put: async (data, options) => store.put(of(...(await collected(data))), options) }),
  },
  {
    fault: 'a mismatch that clears away what it finds',
    caughtBy: 'OS-PUT-07',
    members: (store) => ({
      put: (data, options) =>
        store.put(data, options).catch(async (error: unknown) => {
          if ((error as { code?: string }).code === 'AMBIT_OBJECT_MISMATCH' && options.digest) await store.delete([options.digest]);
          throw error;
        }),
    }),
  },
  {
    fault: 'a failure that clears away what others stored',
    caughtBy: 'OS-PUT-08',
    members: (store) => ({
      put: (data, options) =>
        store.put(data, options).catch(async (error: unknown) => {
          if (options.digest) await store.delete([options.digest]);
          throw error;
        }),
    }),
  },
  {
    fault: 'one draft for all uploads',
    caughtBy: 'OS-PUT-09',
    members: (store) => {
      let draft: Uint8Array[] = [];
      return {
        put: async (data, options) => {
          draft = [];
          for await (const chunk of data) draft.push(chunk.slice());
          return store.put(of(...draft), options);
        },
      };
    },
  },
  {
    fault: 'an upload that looks up at its end',
    caughtBy: 'OS-PUT-10',
    members: (store) => ({
      put: async (data, options) => store.put(of(...(await collected(data)).map((chunk) => chunk.slice())), options),
    }),
  },
];

const folders: readonly Mutant<ObjectStore>[] = [
  {
    fault: 'a file that is left in the folder',
    caughtBy: 'OS-FOLDER-01',
    members: ({ folder }) => ({
      folder: {
        open: () => folder!.open(),
        take: async (name, content) => {
          const path = join((await folder!.open()).directory, name);
          await copyFile(path, `${path}-copy`);
          await folder!.take(name, content);
        },
      },
    }),
  },
  {
    fault: 'a size that nobody looks at',
    caughtBy: 'OS-FOLDER-02',
    members: ({ folder }) => ({
      folder: {
        open: () => folder!.open(),
        take: async (name, { digest }) => {
          const { size } = await stat(join((await folder!.open()).directory, name));
          await folder!.take(name, { digest, size });
        },
      },
    }),
  },
  {
    fault: 'a proof that is not there',
    caughtBy: 'OS-FOLDER-03',
    members: ({ folder }) => ({
      folder: {
        open: async () => ({ ...(await folder!.open()), proof: { name: 'proof', content: 'what everybody knows' } }),
        take: (...given) => folder!.take(...given),
      },
    }),
  },
];

const gets: readonly Mutant<ObjectStore>[] = [
  {
    fault: 'a part that includes its end',
    caughtBy: 'OS-GET-01',
    members: (store) => ({
      get: (digest, { to, ...options }) => store.get(digest, to === undefined ? options : { ...options, to: to + 1 }),
    }),
  },
  {
    fault: 'a missing blob that reads as empty',
    caughtBy: 'OS-GET-02',
    members: () => ({ get: () => none() }),
  },
  { fault: 'a delete that deletes nothing', caughtBy: 'OS-LIST-01', members: () => ({ delete: async () => {} }) },
  {
    fault: 'one reader at a time',
    caughtBy: 'OS-GET-03',
    members: (store) => {
      const open = new Set<Digest>();
      return {
        async *get(digest, options) {
          if (open.has(digest)) throw new TypeError('it is open');
          open.add(digest);
          try {
            yield* store.get(digest, options);
          } finally {
            open.delete(digest);
          }
        },
      };
    },
  },
  {
    fault: 'a blob in one piece',
    caughtBy: 'OS-GET-04',
    members: (store) => ({
      async *get(...args) {
        yield Buffer.concat(await collected(store.get(...args)));
      },
    }),
  },
  {
    fault: 'bytes that are lent',
    caughtBy: 'OS-GET-05',
    members: (store) => {
      const kept = new Map<Digest, Uint8Array>();
      return {
        async *get(digest, options) {
          const blob = kept.get(digest) ?? Buffer.concat(await collected(store.get(digest, options)));
          kept.set(digest, blob);
          yield blob;
        },
      };
    },
  },
  {
    fault: 'names that may be cut short',
    caughtBy: 'OS-NAME-01',
    members: (store) => ({
      async *get(digest, options) {
        let name = digest;
        for await (const blob of store.list(unheard())) if (blob.digest.startsWith(digest)) name = blob.digest;
        yield* store.get(name, options);
      },
    }),
  },
  {
    fault: 'a path that leads nowhere',
    caughtBy: 'OS-PATH-01',
    members: (store) => ({ path: (digest) => store.path?.(digest) ?? '/nowhere' }),
  },
  {
    fault: 'a list with the time of asking',
    caughtBy: 'OS-LIST-02',
    members: (store) => ({ list: (...args) => map(store.list(...args), (blob) => [{ ...blob, at: '2026-01-01T00:00:00.000Z' }]) }),
  },
  {
    fault: 'a list that ends after a page',
    caughtBy: 'OS-LIST-03',
    members: (store) => ({
      list: (...args) => {
        let count = 0;
        return map(store.list(...args), (blob) => (++count > 1000 ? [] : [blob]));
      },
    }),
  },
  {
    fault: 'a blob that stays deleted',
    caughtBy: 'OS-DELETE-01',
    members: (store) => ({
      put: async (...args) => {
        const result = await store.put(...args);
        if (deleted.has(result.digest)) await store.delete([result.digest]);
        return result;
      },
      delete: async (digests) => {
        for (const digest of digests) deleted.add(digest);
        await store.delete(digests);
      },
    }),
  },
  {
    fault: 'blobs that end with their handle',
    caughtBy: 'OS-DISPOSE-01',
    members: (store) => ({
      dispose: async () => {
        for await (const { digest } of store.list(unheard())) await store.delete([digest]);
      },
    }),
  },
];

catches<ObjectStore, ReturnType<typeof memoryObjectContext>>('object store', {
  clauses: objectStoreClauses,
  context: memoryObjectContext,
  mutants: [...puts, ...gets, ...folders],
});
