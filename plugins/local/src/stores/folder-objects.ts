import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AmbitError, definePlugin } from '@ambit/plugin-api';
import type { Digest, ObjectFolder, ObjectStore, Plugin, PluginHost } from '@ambit/plugin-api';

export interface FolderObjectsOptions {
  /** The folder of the blobs. `objects` in the instance's own folder where left out. */
  readonly directory?: string;
}

/** Blobs are files in a folder, named by their content: `ab/cdef…`. */
export function folderObjects(
  options: FolderObjectsOptions = {},
): Plugin & { readonly objects: (host: Pick<PluginHost, 'stateDirectory'>) => ObjectStore } {
  return definePlugin({
    type: 'folder',
    apiVersion: 1,
    objects: (host: Pick<PluginHost, 'stateDirectory'>): ObjectStore =>
      new FolderObjects(resolve(options.directory ?? join(host.stateDirectory, 'objects'))),
  });
}

const prefix = 'sha256:';
const isDigest = /^sha256:[0-9a-f]{64}$/;

class FolderObjects implements ObjectStore {
  readonly #directory: string;
  #opened: ReturnType<ObjectFolder['open']> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Written aside while it is hashed, then renamed: a blob is whole or not there. */
  async put(data: AsyncIterable<Uint8Array>, options: { digest?: Digest; signal: AbortSignal }): Promise<{ digest: Digest; size: number }> {
    const draft = join(this.#inbox, randomUUID());
    await mkdir(dirname(draft), { recursive: true });
    try {
      const { digest, size } = await writeHashed(draft, data, options.signal);
      if (options.digest !== undefined && options.digest !== digest) throw mismatch(digest, options.digest);
      const path = this.#path(digest);
      await mkdir(dirname(path), { recursive: true });
      await rename(draft, path);
      return { digest, size };
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async *get(digest: Digest, { from = 0, to, signal }: { from?: number; to?: number; signal: AbortSignal }): AsyncIterable<Uint8Array> {
    const blob = await this.stat(digest);
    if (!blob) throw this.#missing(digest);
    const end = Math.min(to ?? blob.size, blob.size);
    if (from >= end) return;
    const stream = createReadStream(this.#path(digest), { start: from, end: end - 1, signal, highWaterMark: 256 * 1024 });
    try {
      for await (const chunk of stream) yield chunk as Uint8Array;
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? this.#missing(digest) : error;
    }
  }

  async stat(digest: Digest): Promise<{ size: number; at: string } | undefined> {
    if (!isDigest.test(digest)) return undefined;
    const facts = await stat(this.#path(digest)).catch(ignoreMissing);
    return facts && { size: facts.size, at: facts.mtime.toISOString() };
  }

  path(digest: Digest): string | undefined {
    const path = this.#path(digest);
    return isDigest.test(digest) && existsSync(path) ? path : undefined;
  }

  readonly folder: ObjectFolder = {
    open: async () => {
      this.#opened ??= openFolder(this.#inbox);
      return this.#opened;
    },
    take: (name, content) => this.#take(name, content),
  };

  async *list(signal: AbortSignal): AsyncIterable<{ digest: Digest; size: number; at: string }> {
    for (const folder of (await readdir(this.#directory).catch(ignoreMissing)) ?? []) {
      for (const name of (await readdir(join(this.#directory, folder)).catch(ignoreMissing)) ?? []) {
        signal.throwIfAborted();
        const digest: Digest = `${prefix}${folder}${name}`;
        if (folder.length !== 2 || !isDigest.test(digest)) continue;
        const facts = await this.stat(digest);
        if (facts) yield { digest, ...facts };
      }
    }
  }

  async delete(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) if (isDigest.test(digest)) await rm(this.#path(digest), { force: true });
  }

  async dispose(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    if (opened) await rm(join(opened.directory, opened.proof.name), { force: true });
  }

  get #inbox(): string {
    return join(this.#directory, 'drafts');
  }

  async #take(name: string, { digest, size }: { readonly digest: Digest; readonly size: number }): Promise<void> {
    const given = join(this.#inbox, name);
    const facts = basename(name) === name && isDigest.test(digest) ? await lstat(given).catch(ignoreMissing) : undefined;
    if (!facts?.isFile() || facts.size !== size) throw refused(name, digest, size);
    const path = this.#path(digest);
    await mkdir(dirname(path), { recursive: true });
    await chmod(given, 0o444);
    // A rename does nothing where both are names of one file: then the other name is still there.
    if (!existsSync(path)) await rename(given, path);
    await rm(given, { force: true });
  }

  #path(digest: Digest): string {
    const name = digest.slice(prefix.length);
    return join(this.#directory, name.slice(0, 2), name.slice(2));
  }

  #missing(digest: string): AmbitError {
    return new AmbitError('AMBIT_OBJECT_MISSING', `There is no object ${digest} in ${this.#directory}.`, {
      hint: 'Run the task that made the object again.',
      facts: { digest, directory: this.#directory },
    });
  }
}

async function writeHashed(path: string, data: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of data) {
      signal.throwIfAborted();
      const written = file.appendFile(chunk);
      written.catch(() => undefined);
      hash.update(chunk);
      size += chunk.byteLength;
      await written;
    }
    signal.throwIfAborted();
    // Whoever is given its path only reads.
    await file.chmod(0o444);
  } finally {
    await file.close();
  }
  return { digest: `${prefix}${hash.digest('hex')}`, size };
}

/** With a file whose content nobody can guess. */
async function openFolder(directory: string): ReturnType<ObjectFolder['open']> {
  const proof = { name: `proof-${randomUUID()}`, content: randomUUID() };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, proof.name), proof.content, { mode: 0o600 });
  return { directory, proof };
}

function refused(name: string, digest: string, size: number): AmbitError {
  return new AmbitError('AMBIT_OBJECT_REFUSED', `${JSON.stringify(name)} is no file of ${size} bytes that could be taken for ${digest}.`, {
    hint: 'Put the whole file into the folder for it first.',
    facts: { name, digest, size },
  });
}

function mismatch(digest: Digest, wanted: Digest): AmbitError {
  return new AmbitError('AMBIT_OBJECT_MISMATCH', `The content has the digest ${digest}, not ${wanted}.`, {
    hint: 'Read the source again: it changed while it was read, or was damaged on its way.',
    facts: { digest, wanted },
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
