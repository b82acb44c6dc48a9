import type { ObjectStore } from '@ambit/plugin-api';
import { objectStoreClauses } from '@ambit/testkit';
import { memoryObjectContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { map, none } from './wrong.ts';

catches<ObjectStore, ReturnType<typeof memoryObjectContext>>('object store', objectStoreClauses, memoryObjectContext, [
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
]);
