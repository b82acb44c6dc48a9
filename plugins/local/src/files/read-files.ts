import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest, LayerEntry, LayerFiles } from '@ambit/plugin-api';
import { dockerIgnore } from './docker-ignore.ts';
import { KnownDigests } from './known-digests.ts';
import { projectPackages } from './project-packages.ts';
import { readTree } from './read-tree.ts';
import type { TreeEntry } from './read-tree.ts';
import { requirementsFiles } from './requirements-files.ts';

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
  /** Of an npm project: the packages that code in its image can import. Absent where its files do not say. */
  readonly packages?: readonly string[];
}

/** npm takes the first that is there. */
const lockFiles = ['npm-shrinkwrap.json', 'package-lock.json'];
const npmFiles = ['package.json', ...lockFiles, '.npmrc'];
const uvFiles = ['pyproject.toml', 'uv.lock', 'uv.toml'];

/** Reads files of the user's; what it read before and looks the same since, it does not read again. */
export interface UserFiles {
  readFiles(request: FilesRequest, signal: AbortSignal): Promise<FilesAnswer>;
  layerFiles(request: FilesRequest, signal: AbortSignal): Promise<LayerFiles>;
}

/** `cacheDirectory`: where it keeps what it knows. */
export function userFiles(cacheDirectory: string): UserFiles {
  const digests = join(cacheDirectory, 'digests');
  return {
    readFiles: (request, signal) => readFiles(request, signal, digests),
    layerFiles: (request, signal) => layerFiles(request, signal, digests),
  };
}

/** A digest over relative paths, executable bits and contents: where the files lie and when they were written does not count. */
export async function readFiles(request: FilesRequest, signal: AbortSignal, digests?: string): Promise<FilesAnswer> {
  const trees = await treesOf(request, signal, digests);
  const answer = { digest: digestOf(request.what, trees) };
  return request.what === 'npm-project' ? { ...answer, ...(await projectFacts(trees.flat())) } : answer;
}

/** The contents themselves, as they are now: the same walk gives the same digest while nothing is changed. */
export async function layerFiles(request: FilesRequest, signal: AbortSignal, digests?: string): Promise<LayerFiles> {
  const trees = await treesOf(request, signal, digests);
  const all = request.what === 'dockerfile' ? dockerfileEntries(trees) : trees.flat();
  const places = new Map(all.map(({ path, from }) => [path, from]));
  return {
    digest: digestOf(request.what, trees),
    entries: all.map(({ from: _from, ...entry }): LayerEntry => entry),
    read: (path, reading) => createReadStream(places.get(path) ?? '', { signal: reading }),
  };
}

async function treesOf(
  { what, path, context }: FilesRequest,
  signal: AbortSignal,
  digests: string | undefined,
): Promise<readonly (readonly TreeEntry[])[]> {
  const folderTree = async (folder: string): Promise<readonly TreeEntry[]> => {
    const known = digests === undefined ? undefined : await KnownDigests.open(digests, folder);
    return readTree(folder, signal, { select: await dockerIgnore(folder), known });
  };
  switch (what) {
    case 'npm-project':
      return [await readNamed(path, npmFiles, signal)];
    case 'uv-project':
      return [await readNamed(path, uvFiles, signal)];
    case 'requirements':
      return [await requirementsFiles(path, signal)];
    case 'source':
      return [await folderTree(path)];
    case 'dockerfile':
      return [await readTree(path, signal), await folderTree(context ?? dirname(path))];
  }
}

/** Of these files of a folder, the first must be there. */
async function readNamed(folder: string, names: readonly string[], signal: AbortSignal): Promise<readonly TreeEntry[]> {
  const [first = ''] = names;
  const entries = await readTree(folder, signal, { select: (path) => (names.includes(path) ? 'take' : 'leave') });
  if (entries.some((entry) => entry.path === first)) return entries;
  throw new AmbitError('AMBIT_FILES_MISSING', `There is no ${first} in ${folder}.`, {
    hint: `Name the folder that holds ${first}.`,
    facts: { path: folder, name: first },
  });
}

async function projectFacts(entries: readonly TreeEntry[]): Promise<Omit<FilesAnswer, 'digest'>> {
  const text = async (name: string): Promise<string | undefined> => {
    const entry = entries.find(({ path }) => path === name);
    return entry && readFile(entry.from, 'utf8');
  };
  const lock = (await text('npm-shrinkwrap.json')) ?? (await text('package-lock.json'));
  const packages = projectPackages((await text('package.json')) ?? '', lock);
  return { lock: lock !== undefined, ...(packages && { packages }) };
}

function dockerfileEntries([dockerfile = [], context = []]: readonly (readonly TreeEntry[])[]): readonly TreeEntry[] {
  return [
    ...dockerfile.map((entry) => ({ ...entry, path: 'Dockerfile' })),
    ...context.map((entry) => ({ ...entry, path: `context/${entry.path}` })),
  ];
}

function digestOf(what: string, trees: readonly (readonly TreeEntry[])[]): Digest {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([what, trees.map((tree) => tree.map(contentOf))]));
  return `sha256:${hash.digest('hex')}`;
}

function contentOf(entry: TreeEntry): readonly [path: string, kind: string, content: string] {
  switch (entry.kind) {
    case 'file':
      return [entry.path, (entry.mode & 0o100) === 0 ? 'file' : 'executable', entry.digest.slice('sha256:'.length)];
    case 'folder':
      return [entry.path, 'folder', ''];
    case 'link':
      return [entry.path, 'link', entry.target];
  }
}
