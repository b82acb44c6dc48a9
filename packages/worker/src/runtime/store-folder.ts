import type { Digest } from '@ambit/plugin-api';
import type { FileStore } from './file-store.ts';
import { fileStore } from './file-store.ts';
import { atOnce } from './at-once.ts';
import { readFrom } from './hashed-file.ts';
import { treeUri } from './ref-uri.ts';
import { sourceError } from './source-error.ts';
import { treeText } from './tree.ts';
import type { TreeEntry } from './tree.ts';
import { walkFolder } from './walk-folder.ts';

const mostAtOnce = 8;

/** Stores what is in a folder of this machine, and answers the sha256 of its table of contents. */
export async function storeFolder(root: string, store: Pick<FileStore, 'put'> = fileStore()): Promise<string> {
  const found = await walkFolder(root);
  const entries = await atOnce(found, mostAtOnce, async (entry): Promise<TreeEntry> => {
    if (entry.kind !== 'file') return entry as TreeEntry;
    return { ...entry, kind: 'file', ...(await storeFile(`${root}/${entry.path}`, store)) };
  });
  const { digest } = await store.put(treeText(entries));
  return digest.slice('sha256:'.length);
}

/** Stores a file of this machine. */
export async function storeFile(path: string, store: Pick<FileStore, 'put'> = fileStore()): Promise<{ size: number; sha256: string }> {
  const { digest, size } = await store.put(opened(path));
  return { size, sha256: digest.slice('sha256:'.length) };
}

/** The uri that a folder's content has, stored or not. */
export async function folderUri(root: string): Promise<string> {
  return treeUri(await storeFolder(root, { put: hashed }));
}

async function hashed(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  let size = 0;
  for await (const chunk of data) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function* opened(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* readFrom(path);
  } catch (error) {
    throw sourceError('file', path, error);
  }
}
