import { createWriteStream } from 'node:fs';
import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest, ObjectStore } from '@ambit/plugin-api';
import { Directory, processFolder, temporaryFiles } from '@ambit/worker/runtime';
import type { FileStore } from '@ambit/worker/runtime';
import { refsIn } from '../values/refs-in.ts';

const FILES = Symbol.for('ambit.files/1');
const patient = new AbortController().signal;

/** From here on, the bytes of files and directories of this process are those of the project's object store. */
export function installFiles(objects: ObjectStore): void {
  const store: FileStore = {
    put: (data) => objects.put(data, { signal: patient }),
    get: (digest) => content(objects, digest),
    path: async (digest) =>
      (await isEarly(objects, digest)) ? temporaryFiles().path(digest) : (objects.path?.(digest) ?? fetched(objects, digest)),
    folder: async () => processFolder(),
  };
  (globalThis as unknown as Record<symbol, unknown>)[FILES] = store;
}

/** Brings what code of this process stored before there was a project into its store: files and directories of these arguments. */
export async function bringFiles(args: readonly unknown[], objects: ObjectStore): Promise<void> {
  const bring = async (digest: Digest): Promise<void> => {
    if (await isEarly(objects, digest)) await objects.put(temporaryFiles().get(digest), { digest, signal: patient });
  };
  for (const ref of refsIn(args)) {
    await bring(`sha256:${ref.uri.slice(-64)}`);
    if (ref instanceof Directory) for await (const { sha256 } of ref.files()) await bring(`sha256:${sha256}`);
  }
}

async function* content(objects: ObjectStore, digest: Digest): AsyncGenerator<Uint8Array> {
  yield* (await isEarly(objects, digest)) ? temporaryFiles().get(digest) : objects.get(digest, { signal: patient });
}

/** Whether it is only where files of code outside of projects lie. */
async function isEarly(objects: ObjectStore, digest: Digest): Promise<boolean> {
  if ((await objects.stat(digest)) !== undefined) return false;
  return temporaryFiles()
    .path(digest)
    .then(
      () => true,
      () => false,
    );
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
