import { AmbitError } from '@ambit/plugin-api';
import { readTree } from './tree.ts';
import type { Tree } from './tree.ts';

let latest: { readonly sha256: string; readonly tree: Promise<Tree> } | undefined;

/** The table of contents of a stored directory; the last one is kept, because files are asked for one after the other. */
export function storedTree(sha256: string): Promise<Tree> {
  if (latest?.sha256 !== sha256) latest = { sha256, tree: readTree(sha256) };
  const { tree } = latest;
  tree.catch(() => (latest = undefined));
  return tree;
}

/** The content of a file in a stored directory, links followed. */
export async function fileInTree(directory: string, path: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const entry = (await storedTree(directory)).find(path);
  if (entry?.kind === 'file') return { sha256: entry.sha256, size: entry.size };
  const why = entry ? `"${path}" is no file` : `there is no "${path}"`;
  throw new AmbitError('AMBIT_DIRECTORY_NO_FILE', `The directory cannot be asked for a file: in it ${why}.`, {
    hint: 'directory.files() has all that is in it.',
    facts: { directory, path },
  });
}
