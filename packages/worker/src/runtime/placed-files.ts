import type promises from 'node:fs/promises';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { atOnce } from './at-once.ts';
import { fileStore } from './file-store.ts';
import { isPlain } from './tree.ts';
import type { Tree } from './tree.ts';

const mostAtOnce = 8;

/** Puts a stored content under a path, over what is there, whole at once. */
export async function placeFile(sha256: string, to: string, mode?: number): Promise<void> {
  await wholeAt(to, async (part) => {
    await copyContent(sha256, part);
    if (mode !== undefined) await files().chmod(part, mode);
  });
}

/** The same with a file of this machine. */
export async function copyFile(from: string, to: string): Promise<void> {
  await wholeAt(to, (part) => files().copyFile(from, part, cloning));
}

/** Puts a directory under a path where nothing is, or an empty folder; it is not seen before it is whole. */
export async function placeTree(tree: Tree, to: string): Promise<void> {
  await refuseTaken(to);
  await wholeAt(to, (part) => unpack(tree, part));
}

/** Copies a folder of this machine to where nothing is. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await refuseTaken(to);
  await wholeAt(to, (part) => files().cp(from, part, { recursive: true, verbatimSymlinks: true, mode: cloning }));
}

/** A path to read a content from, under a name: without a copy where a mere reader cannot harm what is stored. */
export async function readablePath(sha256: string, name: string): Promise<string> {
  const store = fileStore();
  const { link, mkdir, access } = files();
  const folder = `${await store.folder()}/${sha256.slice(0, 16)}`;
  const path = `${folder}/${plainName(name)}`;
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return path;
  await mkdir(folder, { recursive: true });
  // Modes do not keep root from writing.
  if (process.getuid?.() === 0) await placeFile(sha256, path, 0o444);
  else await link(await store.path(digestOf(sha256)), path).catch(() => placeFile(sha256, path, 0o444));
  return path;
}

/** The last step of a name, such as a file may have. */
export function plainName(name: string): string {
  const last = name.replaceAll('\0', '').split('/').at(-1) ?? '';
  return ['', '.', '..'].includes(last) ? 'file' : last;
}

/** A name as a path below a folder. */
export function pathOfName(name: string): string {
  return isPlain(name) ? name : plainName(name);
}

async function unpack(tree: Tree, root: string): Promise<void> {
  const { mkdir, chmod, symlink } = files();
  await mkdir(root);
  const { entries } = tree;
  for (const { kind, path } of entries) if (kind === 'folder') await mkdir(`${root}/${path}`, 0o700);
  await atOnce(entries, mostAtOnce, async (entry) => {
    if (entry.kind !== 'file') return;
    await copyContent(entry.sha256, `${root}/${entry.path}`);
    await chmod(`${root}/${entry.path}`, entry.mode);
  });
  // Last, so that nothing is written through one.
  for (const entry of entries) if (entry.kind === 'link') await symlink(entry.target, `${root}/${entry.path}`);
  for (const entry of [...entries].reverse()) if (entry.kind === 'folder') await chmod(`${root}/${entry.path}`, entry.mode);
}

async function copyContent(sha256: string, to: string): Promise<void> {
  const from = await fileStore().path(digestOf(sha256));
  await files().copyFile(from, to, cloning);
  await files().chmod(to, 0o666 & ~process.umask());
}

/** What is made aside by `make` takes its place, or nothing is left. */
async function wholeAt(to: string, make: (part: string) => Promise<void>): Promise<void> {
  const paths = process.getBuiltinModule('node:path');
  const folder = paths.dirname(to);
  const { mkdir, rename, rm } = files();
  const part = `${folder}/.${paths.basename(to).slice(0, 40)}.${crypto.randomUUID()}.part`;
  try {
    await mkdir(folder, { recursive: true });
    await make(part);
    await rename(part, to);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    throw AmbitError.is(error) || noRoom.has(String((error as NodeJS.ErrnoException).code)) ? error : notPlaced(to, error);
  }
}

async function refuseTaken(to: string): Promise<void> {
  const found = await files()
    .readdir(to)
    .catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : Promise.reject(notPlaced(to, error))));
  if (found.length > 0) throw notPlaced(to, new Error('it is not empty'));
}

/** The system's own words are best where the path is not to blame. */
const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

function notPlaced(to: string, cause: unknown): AmbitError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'EISDIR' ? 'it is a folder' : code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in the way' : message;
  return new AmbitError('AMBIT_FILE_DOWNLOAD', `Nothing can be put at ${to}: ${why}.`, {
    hint: 'Name another path: a new one, or for a directory an empty folder.',
    facts: { path: to },
    cause,
  });
}

/** COPYFILE_FICLONE: no copy where the file system can share blocks. */
const cloning = 2;

function digestOf(sha256: string): Digest {
  return `sha256:${sha256}`;
}

function files(): typeof promises {
  return process.getBuiltinModule('node:fs/promises');
}
