import { createWriteStream } from 'node:fs';
import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest, ObjectStore } from '@ambit/plugin-api';
import { processFolder } from '@ambit/worker/runtime';
import type { FileStore } from '@ambit/worker/runtime';

const FILES = Symbol.for('ambit.files/1');
const patient = new AbortController().signal;

/** From here on, the bytes of files and directories of this process are those of the project's object store. */
export function installFiles(objects: ObjectStore): void {
  const store: FileStore = {
    put: (data) => objects.put(data, { signal: patient }),
    get: (digest) => objects.get(digest, { signal: patient }),
    path: async (digest) => objects.path?.(digest) ?? fetched(objects, digest),
    folder: async () => processFolder(),
  };
  (globalThis as unknown as Record<symbol, unknown>)[FILES] = store;
}

/** Of a store whose contents have no path here. */
async function fetched(objects: ObjectStore, digest: Digest): Promise<string> {
  const path = join(processFolder(), digest.replace(':', '-'));
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return path;
  const part = `${path}.${crypto.randomUUID()}.part`;
  await pipeline(objects.get(digest, { signal: patient }), createWriteStream(part, { mode: 0o400 }));
  await rename(part, path);
  return path;
}
