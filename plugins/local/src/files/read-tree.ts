import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest, LayerEntry } from '@ambit/plugin-api';
import { filesMissing, filesUnreadable } from './files-errors.ts';
import type { KnownDigests } from './known-digests.ts';

/** An entry, and where on this machine it is: below the root, or the root itself where that is a file (its path is then its name). */
export type TreeEntry = LayerEntry & { readonly from: string };

/** Whether a path belongs to a tree; `enter`: the folder does not, but something in it may. */
export type Selection = (path: string, isFolder: boolean) => 'take' | 'enter' | 'leave';

export interface ReadTreeOptions {
  readonly select?: Selection | undefined;
  /** Digests of this root from before. */
  readonly known?: KnownDigests | undefined;
}

/** What is made anew elsewhere, and never part of an image. */
const ignored = new Set(['node_modules', '.git', '__pycache__']);

/** All that is below a path, or the file itself, sorted by path. Links that lead out of the root are refused. */
export async function readTree(root: string, signal: AbortSignal, options: ReadTreeOptions = {}): Promise<readonly TreeEntry[]> {
  const stats = attempt(root, () => lstatSync(root));
  if (!stats.isDirectory()) return [await fileEntry(root, basename(root), { stats, signal })];
  const { select = () => 'take', known } = options;
  const entries: TreeEntry[] = [];
  const open = [''];
  const pause = pauses(signal);
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const place = join(root, folder);
    for (const child of attempt(place, () => readdirSync(place, { withFileTypes: true }))) {
      const turn = pause();
      if (turn) await turn;
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      const selected = ignored.has(child.name) ? 'leave' : select(path, child.isDirectory());
      if (child.isDirectory() && selected !== 'leave') open.push(path);
      if (selected === 'take') entries.push(await entryOf({ root, path, child }, { signal, known }));
    }
  }
  await known?.save();
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The entry of one file, under a path of the caller's choice. */
export async function readFileEntry(from: string, path: string, signal: AbortSignal): Promise<TreeEntry> {
  return fileEntry(from, path, { stats: attempt(from, () => lstatSync(from)), signal });
}

/** Many small calls are made at once, since each costs less than to wait for it: others get their turn in between. */
function pauses(signal: AbortSignal): () => Promise<unknown> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < SLICE_MS) return undefined;
    signal.throwIfAborted();
    return setImmediate().then(() => (last = performance.now()));
  };
}

const SLICE_MS = 10;

interface Child {
  readonly root: string;
  readonly path: string;
  readonly child: Dirent;
}

async function entryOf({ root, path, child }: Child, reading: Omit<Reading, 'stats'>): Promise<TreeEntry> {
  const from = join(root, path);
  if (child.isSymbolicLink()) return { path, kind: 'link', target: innerTarget(root, from), from };
  const stats = attempt(from, () => lstatSync(from));
  return stats.isDirectory() ? { path, kind: 'folder', mode: stats.mode & 0o777, from } : fileEntry(from, path, { ...reading, stats });
}

interface Reading {
  readonly stats: Stats;
  readonly signal: AbortSignal;
  readonly known?: KnownDigests | undefined;
}

async function fileEntry(from: string, path: string, { stats, signal, known }: Reading): Promise<TreeEntry> {
  if (!stats.isFile()) throw filesUnreadable(from, 'it is neither a file nor a folder');
  let digest = known?.find(path, stats);
  if (digest === undefined) {
    const readAt = Date.now();
    digest = await digestOf(from, stats.size, signal);
    known?.add(path, stats, digest, readAt);
  }
  return { path, kind: 'file', mode: stats.mode & 0o777, size: stats.size, digest, from };
}

const SMALL = 256 * 1024;

async function digestOf(from: string, size: number, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  if (size <= SMALL) hash.update(attempt(from, () => readFileSync(from)));
  else await pipeline(createReadStream(from), hash, { signal }).catch((error: unknown) => attempt(from, () => fail(error)));
  return `sha256:${hash.digest('hex')}`;
}

function fail(error: unknown): never {
  throw error;
}

function innerTarget(root: string, link: string): string {
  const target = attempt(link, () => readlinkSync(link));
  const inside = relative(root, resolve(link, '..', target));
  if (!isAbsolute(target) && inside !== '..' && !inside.startsWith(`..${sep}`)) return target;
  throw new AmbitError('AMBIT_FILES_LINK_OUTSIDE', `The link ${link} leads out of ${root}, to ${target}.`, {
    hint: 'Replace the link by a copy, or leave it out of this folder.',
    facts: { link, target, root },
  });
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') throw error;
    throw code === 'ENOENT' ? filesMissing(path, error) : filesUnreadable(path, (error as Error).message, error);
  }
}
