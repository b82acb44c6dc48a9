import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';

const BLOCK = 512;

export interface TarEntry {
  /** Relative, at most 100 bytes; with a slash at its end, a folder. */
  readonly name: string;
  readonly mode: number;
  readonly size: number;
}

/** A header of a plain tar. Everything in it belongs to root, and no time is told. */
export function tarHeader({ name, mode, size }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write(name.endsWith('/') ? '5' : '0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** What ends a tar. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** A folder as a tar, entry by entry, of files that all may read and start. */
export async function* folderTar(folder: string): AsyncGenerator<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isDirectory() || each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replace(/^\/+/, '');
    if (entry.isDirectory()) yield tarHeader({ name: `${name}/`, mode: 0o755, size: 0 });
    else yield* fileEntry(path, name);
  }
  yield TAR_END;
}

async function* fileEntry(path: string, name: string): AsyncGenerator<Buffer> {
  const { size, mode } = await stat(path);
  yield tarHeader({ name, mode: mode & 0o111 ? 0o755 : 0o644, size });
  let left = size;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0)
    throw new AmbitError('AMBIT_DOCKER_RUNTIME', `The file ${path} changed while it was read.`, { hint: 'Run again.', facts: { path } });
  yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
