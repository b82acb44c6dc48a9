import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError, tar } from '@ambit/plugin-api';
import type { TarEntry } from '@ambit/plugin-api';

/** A folder as a tar, of files that all may read and start. Links are left out. */
export async function* folderTar(folder: string): AsyncGenerator<Uint8Array> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries: TarEntry[] = [];
  for (const each of found.filter((one) => one.isDirectory() || one.isFile())) {
    const place = join(each.parentPath, each.name);
    const path = place.slice(folder.length).replace(/^\/+/, '');
    entries.push(each.isDirectory() ? { path, kind: 'folder', mode: 0o755 } : await fileEntry(place, path));
  }
  const sizes = new Map(entries.map((entry) => [entry.path, entry.kind === 'file' ? entry.size : 0]));
  yield* tar(entries, (path) => unchanged(join(folder, path), sizes.get(path) ?? 0));
}

async function fileEntry(place: string, path: string): Promise<TarEntry> {
  const { size, mode } = await stat(place);
  return { path, kind: 'file', mode: mode & 0o111 ? 0o755 : 0o644, size };
}

async function* unchanged(path: string, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0)
    throw new AmbitError('AMBIT_DOCKER_RUNTIME', `The file ${path} changed while it was read.`, { hint: 'Run again.', facts: { path } });
}
