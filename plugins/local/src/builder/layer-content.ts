import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AmbitError, writeText } from '@ambit/plugin-api';
import type { Digest, LayerEntry, LayerFiles, Machine } from '@ambit/plugin-api';
import { filesUnreadable } from '../files/files-errors.ts';
import { storageError } from './making-errors.ts';

/** What the layers of one request copy: read with their digests checked. */
export class LayerContent {
  readonly #files: readonly LayerFiles[];

  constructor(files: readonly LayerFiles[]) {
    this.#files = files;
  }

  /** Refused where nothing of this digest was given: what was planned is not there any more. */
  of(digest: Digest): LayerFiles {
    const found = this.#files.find((files) => files.digest === digest);
    if (found) return found;
    throw filesChanged(`The files that a layer copies are not those of the plan any more (${digest.slice(0, 19)}).`, { files: digest });
  }

  /** Of requirements: the path of the file itself. */
  firstPath(digest: Digest): string {
    return this.of(digest).entries[0]?.path ?? '';
  }

  /** Writes all files of these to a folder of a machine, each at its path there; `change` may give a file another text. */
  async write(machine: Machine, folder: string, files: LayerFiles, options: WriteOptions): Promise<void> {
    await writeFiles(
      machine,
      files.entries.flatMap((entry) => (entry.kind === 'file' ? [{ entry, files, to: join(folder, entry.path) }] : [])),
      options,
    );
  }
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly change?: (path: string, text: string) => string;
}

export type FileEntry = Extract<LayerEntry, { kind: 'file' }>;

export interface FileToWrite {
  readonly entry: FileEntry;
  readonly files: LayerFiles;
  /** Absolute, on the machine. */
  readonly to: string;
}

const atOnce = 8;

/** Several at once: most of the time of small files goes into waiting. When it rejects, nothing is written any more. */
export async function writeFiles(machine: Machine, files: readonly FileToWrite[], options: WriteOptions): Promise<void> {
  const open = [...files];
  const work = async (): Promise<void> => {
    try {
      for (let file = open.shift(); file; file = open.shift()) await writeFile(machine, file, options);
    } finally {
      open.length = 0;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

async function writeFile(machine: Machine, { entry, files, to }: FileToWrite, { signal, change }: WriteOptions): Promise<void> {
  const content = checked(files, entry, signal);
  const changed = change?.(entry.path, await textOf(content));
  const options = { mode: entry.mode & 0o777, signal };
  try {
    await (changed === undefined ? machine.write(to, content, options) : writeText(machine, to, changed, options));
  } catch (error) {
    throw storageError(to, error);
  }
}

async function* checked(files: LayerFiles, entry: FileEntry, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of files.read(entry.path, signal)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || signal.aborted) throw error;
    if (code !== 'ENOENT') throw filesUnreadable(entry.path, message, error);
    throw filesChanged(`${entry.path} is gone since the plan was made.`, { files: files.digest, path: entry.path }, error);
  }
  if (`sha256:${hash.digest('hex')}` === entry.digest) return;
  throw filesChanged(`${entry.path} was changed since the plan was made.`, { files: files.digest, path: entry.path });
}

async function textOf(data: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function filesChanged(message: string, facts: { readonly [key: string]: string }, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_BUILD_FILES_CHANGED', message, {
    hint: 'Plan again, and leave the files alone while they are copied.',
    facts,
    cause,
  });
}
