import { posix } from 'node:path';
import type { Layer, LayerEntry } from '@ambit/plugin-api';
import type { FileToWrite, LayerContent } from './layer-content.ts';

/** What layers put below the `root` of an image's directory. Paths are relative to the directory. */
export interface ImageTree {
  readonly files: readonly (Omit<FileToWrite, 'to'> & { readonly path: string })[];
  readonly folders: readonly { readonly path: string; readonly mode?: number }[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Where tasks work: the last workdir, or the root where something was copied to a folder of no other name. */
  readonly workdir?: string;
}

type Item =
  | { readonly kind: 'file'; readonly file: Omit<FileToWrite, 'to'> }
  | { readonly kind: 'folder'; readonly mode?: number }
  | { readonly kind: 'link'; readonly target: string };

/** A folder of the image, wherever a container would have it. */
export function imageTree(layers: readonly Layer[], content: LayerContent): ImageTree {
  const items = new Map<string, Item>();
  let workdir: string | undefined;
  for (const layer of layers) {
    if (layer.kind === 'workdir') workdir = put(items, below('root', posix.join('/', layer.directory)), { kind: 'folder' });
    if (layer.kind !== 'source') continue;
    const files = content.of(layer.files);
    if (!layer.to.startsWith('/')) workdir ??= 'root';
    const to = put(items, layer.to.startsWith('/') ? below('root', layer.to) : below(workdir ?? 'root', layer.to), { kind: 'folder' });
    for (const entry of files.entries) put(items, below(to, entry.path), itemOf(entry, files));
  }
  const sorted = [...items].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: sorted.flatMap(([path, item]) => (item.kind === 'file' ? [{ path, ...item.file }] : [])),
    folders: sorted.flatMap(([path, item]) =>
      item.kind === 'folder' ? [{ path, ...(item.mode === undefined ? {} : { mode: item.mode }) }] : [],
    ),
    links: sorted.flatMap(([path, item]) => (item.kind === 'link' ? [{ path, target: item.target }] : [])),
    ...(workdir === undefined ? {} : { workdir }),
  };
}

/** Never above the folder. */
function below(folder: string, path: string): string {
  return posix.join(folder, posix.join('/', path)).replace(/\/$/, '');
}

function itemOf(entry: LayerEntry, files: FileToWrite['files']): Item {
  switch (entry.kind) {
    case 'file':
      return { kind: 'file', file: { entry, files } };
    case 'folder':
      return { kind: 'folder', mode: entry.mode };
    case 'link':
      return { kind: 'link', target: entry.target };
  }
}

/** The later wins: a file or link replaces a folder with all that is in it, and the other way round. */
function put(items: Map<string, Item>, path: string, item: Item): string {
  const isBare = item.kind === 'folder' && item.mode === undefined;
  if (isBare && items.get(path)?.kind === 'folder') return path;
  if (item.kind !== 'folder') for (const other of items.keys()) if (other.startsWith(`${path}/`)) items.delete(other);
  for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent))
    if (items.has(parent) && items.get(parent)?.kind !== 'folder') items.delete(parent);
  items.set(path, item);
  return path;
}
