import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AmbitError } from '@ambit/plugin-api';

export interface TreeEntry {
  /** Below the root, with `/`; the root's own name where the root is a file. */
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'folder' | 'link';
  /** sha256 of a file, target of a link; empty for a folder. */
  readonly content: string;
}

/** What is made anew elsewhere, and never part of an image. */
const ignored = new Set(['node_modules', '.git', '__pycache__']);

/** All that is below a path, or the file itself, sorted by path. Links that lead out of the root are refused. */
export async function readTree(
  root: string,
  signal: AbortSignal,
  wanted: (path: string) => boolean = () => true,
): Promise<readonly TreeEntry[]> {
  const stats = await attempt(root, () => lstat(root));
  if (!stats.isDirectory()) return [await fileEntry(root, basename(root), stats, signal)];
  const entries: TreeEntry[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal.throwIfAborted();
    for (const child of await attempt(join(root, folder), () => readdir(join(root, folder), { withFileTypes: true }))) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      if (ignored.has(child.name) || !wanted(path)) continue;
      if (child.isDirectory()) open.push(path);
      entries.push(await entryOf(root, path, child, signal));
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function entryOf(root: string, path: string, child: Dirent, signal: AbortSignal): Promise<TreeEntry> {
  const absolute = join(root, path);
  if (child.isDirectory()) return { path, kind: 'folder', content: '' };
  if (child.isSymbolicLink()) return { path, kind: 'link', content: await innerTarget(root, absolute) };
  return fileEntry(absolute, path, await attempt(absolute, () => lstat(absolute)), signal);
}

async function fileEntry(absolute: string, path: string, stats: Stats, signal: AbortSignal): Promise<TreeEntry> {
  if (!stats.isFile()) throw unreadable(absolute, 'it is neither a file nor a folder');
  const hash = createHash('sha256');
  await attempt(absolute, () => pipeline(createReadStream(absolute), hash, { signal }));
  return { path, kind: (stats.mode & 0o100) === 0 ? 'file' : 'executable', content: hash.digest('hex') };
}

async function innerTarget(root: string, link: string): Promise<string> {
  const target = await attempt(link, () => readlink(link));
  const inside = relative(root, resolve(link, '..', target));
  if (!isAbsolute(target) && inside !== '..' && !inside.startsWith(`..${sep}`)) return target;
  throw new AmbitError('AMBIT_FILES_LINK_OUTSIDE', `The link ${link} leads out of ${root}, to ${target}.`, {
    hint: 'Replace the link by a copy, or leave it out of this folder.',
    facts: { link, target, root },
  });
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') throw error;
    if (code !== 'ENOENT') throw unreadable(path, (error as Error).message, error);
    throw new AmbitError('AMBIT_FILES_MISSING', `There is no ${path}.`, {
      hint: 'Correct the path, or make the file.',
      facts: { path },
      cause: error,
    });
  }
}

function unreadable(path: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_FILES_UNREADABLE', `${path} cannot be read: ${why}.`, {
    hint: 'Check the rights of the file, or leave it out.',
    facts: { path },
    cause,
  });
}
