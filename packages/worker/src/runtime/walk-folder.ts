import { AmbitError } from '@ambit/plugin-api';
import { sourceError } from './source-error.ts';
import { inside } from './tree-paths.ts';

/** What lies in a folder of this machine, by path relative to it. */
export type FoundEntry =
  | { readonly kind: 'folder' | 'file'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** All that is in a folder, sorted, each folder before what is in it. Links that lead out of it, and what is no file, are refused by name. */
export async function walkFolder(root: string): Promise<readonly FoundEntry[]> {
  const entries: FoundEntry[] = [];
  const waiting = [''];
  try {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const entry = path === '' ? undefined : await entryAt(root, path);
      if (entry) entries.push(entry);
      if (entry && entry.kind !== 'folder') continue;
      for (const name of (await namesIn(root, path)).sort().reverse()) waiting.push(path === '' ? name : `${path}/${name}`);
    }
  } catch (error) {
    throw AmbitError.is(error) ? error : sourceError('directory', root, error);
  }
  const links = new Map(entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target] as const] : [])));
  for (const [path, target] of links) if (inside(links, [], path) === undefined) throw leadsOut(root, path, target);
  return entries;
}

async function namesIn(root: string, path: string): Promise<string[]> {
  const { readdir } = process.getBuiltinModule('node:fs/promises');
  const names = await readdir(`${root}/${path}`, { encoding: 'buffer' });
  return names.map((bytes) => {
    const name = bytes.toString();
    if (bytes.equals(Buffer.from(name))) return name;
    throw unfit(root, `${path === '' ? '' : `${path}/`}${name}`, 'has a name that is no UTF-8');
  });
}

async function entryAt(root: string, path: string): Promise<FoundEntry> {
  const { lstat, readlink } = process.getBuiltinModule('node:fs/promises');
  const from = `${root}/${path}`;
  const stats = await lstat(from);
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: await readlink(from) };
  if (!stats.isDirectory() && !stats.isFile()) throw unfit(root, path, 'is neither a file nor a folder');
  return { kind: stats.isFile() ? 'file' : 'folder', path, mode: stats.mode & 0o777 };
}

function leadsOut(root: string, path: string, target: string): AmbitError {
  return new AmbitError('AMBIT_DIRECTORY_LINK', `The link "${path}" leads out of the directory ${root}, to ${target}.`, {
    hint: 'Put a copy in its place, or a relative link to what is in the directory.',
    facts: { directory: root, path, target },
  });
}

function unfit(root: string, path: string, why: string): AmbitError {
  return new AmbitError('AMBIT_DIRECTORY_ENTRY', `"${path}" in the directory ${root} ${why}.`, {
    hint: 'Leave it out of the directory, or rename it.',
    facts: { directory: root, path },
  });
}
