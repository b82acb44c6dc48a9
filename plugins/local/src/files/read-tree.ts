import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AmbitError } from '@ambit/plugin-api';
import type { LayerEntry } from '@ambit/plugin-api';
import { filesMissing, filesUnreadable } from './files-errors.ts';

/** An entry, and where on this machine it is: below the root, or the root itself where that is a file (its path is then its name). */
export type TreeEntry = LayerEntry & { readonly from: string };

/** Whether a path belongs to a tree; `enter`: the folder does not, but something in it may. */
export type Selection = (path: string, isFolder: boolean) => 'take' | 'enter' | 'leave';

/** What is made anew elsewhere, and never part of an image. */
const ignored = new Set(['node_modules', '.git', '__pycache__']);

/** All that is below a path, or the file itself, sorted by path. Links that lead out of the root are refused. */
export async function readTree(root: string, signal: AbortSignal, select: Selection = () => 'take'): Promise<readonly TreeEntry[]> {
  const stats = await attempt(root, () => lstat(root));
  if (!stats.isDirectory()) return [await fileEntry(root, basename(root), stats, signal)];
  const entries: TreeEntry[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal.throwIfAborted();
    for (const child of await attempt(join(root, folder), () => readdir(join(root, folder), { withFileTypes: true }))) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      const selected = ignored.has(child.name) ? 'leave' : select(path, child.isDirectory());
      if (child.isDirectory() && selected !== 'leave') open.push(path);
      if (selected === 'take') entries.push(await entryOf(root, path, child, signal));
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The entry of one file, under a path of the caller's choice. */
export async function readFileEntry(from: string, path: string, signal: AbortSignal): Promise<TreeEntry> {
  return fileEntry(from, path, await attempt(from, () => lstat(from)), signal);
}

async function entryOf(root: string, path: string, child: Dirent, signal: AbortSignal): Promise<TreeEntry> {
  const from = join(root, path);
  if (child.isSymbolicLink()) return { path, kind: 'link', target: await innerTarget(root, from), from };
  const stats = await attempt(from, () => lstat(from));
  return stats.isDirectory() ? { path, kind: 'folder', mode: stats.mode & 0o777, from } : fileEntry(from, path, stats, signal);
}

async function fileEntry(from: string, path: string, stats: Stats, signal: AbortSignal): Promise<TreeEntry> {
  if (!stats.isFile()) throw filesUnreadable(from, 'it is neither a file nor a folder');
  const hash = createHash('sha256');
  await attempt(from, () => pipeline(createReadStream(from), hash, { signal }));
  return { path, kind: 'file', mode: stats.mode & 0o777, size: stats.size, digest: `sha256:${hash.digest('hex')}`, from };
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
    throw code === 'ENOENT' ? filesMissing(path, error) : filesUnreadable(path, (error as Error).message, error);
  }
}
