import { createHash } from 'node:crypto';
import { dirname, basename } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { readTree } from './read-tree.ts';
import type { TreeEntry } from './read-tree.ts';

/** What of the user's files an image is made from. */
export interface FilesRequest {
  readonly what: 'npm-project' | 'requirements' | 'uv-project' | 'source' | 'dockerfile';
  /** Absolute: a file or a folder. */
  readonly path: string;
  /** Of a Dockerfile: the folder it may copy from. */
  readonly context?: string;
}

export interface FilesAnswer {
  readonly digest: Digest;
  /** Of an npm project: whether it has a lock file. */
  readonly lock?: boolean;
}

const lockFiles = ['package-lock.json', 'npm-shrinkwrap.json'];

/** A digest over relative paths, executable bits and contents: where the files lie and when they were written does not count. */
export async function readFiles(request: FilesRequest, signal: AbortSignal): Promise<FilesAnswer> {
  const { what, path, context } = request;
  switch (what) {
    case 'npm-project': {
      const entries = await readNamed(path, ['package.json', ...lockFiles], signal);
      return { digest: digestOf(what, entries), lock: entries.some((entry) => lockFiles.includes(entry.path)) };
    }
    case 'uv-project':
      return { digest: digestOf(what, await readNamed(path, ['pyproject.toml', 'uv.lock'], signal)) };
    case 'requirements':
      return { digest: digestOf(what, await readTree(path, signal)) };
    case 'source':
      return { digest: digestOf(what, await readTree(path, signal)) };
    case 'dockerfile':
      return { digest: digestOf(what, await readTree(path, signal), await readTree(context ?? dirname(path), signal)) };
  }
}

/** Of these files of a folder, the first must be there. */
async function readNamed(folder: string, names: readonly string[], signal: AbortSignal): Promise<readonly TreeEntry[]> {
  const entries = await readTree(folder, signal, (path) => names.includes(path));
  if (entries.some((entry) => entry.path === names[0])) return entries;
  throw new AmbitError('AMBIT_FILES_MISSING', `There is no ${names[0]} in ${folder}.`, {
    hint: `Name the folder that holds ${names[0]}.`,
    facts: { path: folder, name: names[0] ?? basename(folder) },
  });
}

function digestOf(what: string, ...trees: readonly (readonly TreeEntry[])[]): Digest {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([what, trees.map((tree) => tree.map(({ path, kind, content }) => [path, kind, content]))]));
  return `sha256:${hash.digest('hex')}`;
}
