import { createHash } from 'node:crypto';
import type { LayerEntry } from '@ambit/plugin-api';
import type { ContextEntry, Described } from './rendering.ts';

/** A file with this text. */
export function textEntry(path: string, text: string): ContextEntry {
  const bytes = new TextEncoder().encode(text);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  return { entry: { path, kind: 'file', mode: 0o644, size: bytes.length, digest }, content: { text } };
}

export function folderEntry(path: string): ContextEntry {
  return { entry: { path, kind: 'folder', mode: 0o755 } };
}

/** All entries of files, each at its path below `folder`. */
export function filesBelow(folder: string, files: Described): readonly ContextEntry[] {
  return files.entries.map((entry) => entryAt(`${folder}/${entry.path}`, entry, files));
}

/** An entry of files, at another path. */
export function entryAt(path: string, entry: LayerEntry, files: Described): ContextEntry {
  return { entry: { ...entry, path }, ...(entry.kind === 'file' && { content: { from: files, path: entry.path } }) };
}

/** Each path once, the folders that they lie in too, sorted. */
export function sortedContext(entries: readonly ContextEntry[]): readonly ContextEntry[] {
  const byPath = new Map<string, ContextEntry>();
  for (const each of entries)
    for (let end = each.entry.path.indexOf('/'); end >= 0; end = each.entry.path.indexOf('/', end + 1)) {
      const folder = each.entry.path.slice(0, end);
      byPath.set(folder, byPath.get(folder) ?? folderEntry(folder));
    }
  for (const each of entries) byPath.set(each.entry.path, each);
  return [...byPath.values()].sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
}
