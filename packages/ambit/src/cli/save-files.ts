import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Directory, folderUri, pathOfName } from '@ambit/worker/runtime';
import type { File } from '@ambit/worker/runtime';
import { refsIn } from '../values/refs-in.ts';
import { writeRefusal } from '../write-refusal.ts';
import type { Terminal } from './terminal.ts';
import { usageError } from './usage-error.ts';

type Ref = File | Directory;

/** Before anything runs: whether results can go there at all. */
export async function checkOut(folder: string): Promise<void> {
  const refusal = await writeRefusal(resolve(folder));
  if (refusal !== undefined)
    throw usageError(`--out is ${folder}, which cannot be used: ${refusal}.`, 'Name another folder: a new one, or one that is there.');
}

/** Copies the files and directories of a result into a folder, under their names. What is there already stays as it is. */
export async function saveFiles(result: unknown, folder: string, terminal: Terminal): Promise<void> {
  const saved = new Set<string>();
  await mkdir(folder, { recursive: true });
  for (const ref of refsIn(result)) {
    const key = `${ref.uri} ${ref.name}`;
    if (saved.has(key)) continue;
    saved.add(key);
    const { path, instead } = await save(ref, folder);
    if (terminal.flags.verbosity === 'quiet' && instead === undefined) continue;
    terminal.say(terminal.colors.dim(`saved ${path}${instead === undefined ? '' : `: ${instead} was there`}`));
  }
}

async function save(ref: Ref, folder: string): Promise<{ readonly path: string; readonly instead?: string }> {
  const wanted = join(folder, pathOfName(ref.name));
  for (let count = 1; ; count += 1) {
    const path = count === 1 ? wanted : numbered(wanted, count, ref);
    const place = await claim(path, ref);
    if (place === 'same') return { path };
    if (place === 'taken') continue;
    await ref.download(path).catch(async (error: unknown) => {
      await rm(path, { recursive: true, force: true });
      throw error;
    });
    return { path, ...(count > 1 && { instead: wanted }) };
  }
}

/** Makes an empty file or folder where nothing is, so that nobody else can take the place; the download replaces it. */
async function claim(path: string, ref: Ref): Promise<'free' | 'same' | 'taken'> {
  await mkdir(dirname(path), { recursive: true }).catch((error: Error) => {
    throw usageError(`Nothing can be put at ${path}: ${error.message}.`, 'Name another folder with --out.');
  });
  try {
    if (ref instanceof Directory) await mkdir(path);
    else await (await open(path, 'wx')).close();
    return 'free';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw error;
    return (await holds(path, ref)) ? 'same' : 'taken';
  }
}

/** Whether the content is there already: saving it twice is no clash. */
async function holds(path: string, ref: Ref): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (ref instanceof Directory) return found?.isDirectory() === true && (await folderUri(path).catch(() => '')) === ref.uri;
  const { sha256, size } = ref;
  if (!found?.isFile() || (size !== undefined && found.size !== size)) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}

/** `a.txt` is `a-2.txt`. */
function numbered(path: string, count: number, ref: Ref): string {
  const extension = ref instanceof Directory ? '' : extname(path);
  return `${path.slice(0, path.length - extension.length)}-${count}${extension}`;
}
