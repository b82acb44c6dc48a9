import { createHash } from 'node:crypto';
import type { ContextEntry } from '@ambit/core';
import { AmbitError, tar } from '@ambit/plugin-api';
import type { BuildContext, Digest, LayerEntry, LayerFiles } from '@ambit/plugin-api';

type FileEntry = Extract<LayerEntry, { kind: 'file' }>;

/** A context that can be read: texts as they are, files from where they lie, each checked against its digest. */
export function buildContext(context: readonly ContextEntry[], filesOf: (digest: Digest) => LayerFiles | undefined): BuildContext {
  const entries = context.map(({ entry }) => entry);
  const byPath = new Map(context.map((each) => [each.entry.path, each]));
  const read = (path: string, signal: AbortSignal): AsyncIterable<Uint8Array> => {
    const found = byPath.get(path);
    if (found?.entry.kind !== 'file' || !found.content) throw changed(path, 'is no file of this context');
    const { entry, content } = found;
    if ('text' in content) return oneText(content.text);
    const files = filesOf(content.from.digest);
    if (!files) throw changed(path, 'is not there any more');
    return checked(files.read(content.path, signal), entry, signal);
  };
  return { digest: digestOf(entries), entries, read, open: (signal) => tar(entries, (path) => read(path, signal)) };
}

async function* oneText(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Never more bytes than the entry says: they would be read as something else. */
async function* checked(
  data: AsyncIterable<Uint8Array>,
  { path, size, digest }: FileEntry,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of data) {
      length += chunk.length;
      if (length > size) throw changed(path, 'was changed since the plan was made');
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted || AmbitError.is(error) || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw changed(path, 'is gone since the plan was made', error);
  }
  if (length !== size || `sha256:${hash.digest('hex')}` !== digest) throw changed(path, 'was changed since the plan was made');
}

function digestOf(entries: readonly LayerEntry[]): Digest {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${JSON.stringify(contentOf(entry))}\n`);
  return `sha256:${hash.digest('hex')}`;
}

function contentOf(entry: LayerEntry): readonly (string | number)[] {
  switch (entry.kind) {
    case 'file':
      return [entry.path, entry.kind, entry.mode, entry.digest];
    case 'folder':
      return [entry.path, entry.kind, entry.mode];
    case 'link':
      return [entry.path, entry.kind, entry.target];
  }
}

function changed(path: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_BUILD_FILES_CHANGED', `${path} ${why}.`, {
    hint: 'Plan again, and leave the files alone while they are copied.',
    facts: { path },
    cause,
  });
}
