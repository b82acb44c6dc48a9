import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name beside a file for what is not whole yet. */
function aside(file: string): string {
  return `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/** Writes a small file whole or not at all, in place of what is there. */
export function writeWhole(file: string, text: string): void {
  const temporary = aside(file);
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

/** Writes a small file whole if there is none of that name, also among several processes; tells whether it was this call. */
export function writeOnce(file: string, text: string): boolean {
  const temporary = aside(file);
  writeFileSync(temporary, text, { mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes a stream aside and renames it when it is whole. */
export async function writeStream(
  file: string,
  data: AsyncIterable<Uint8Array>,
  options: { mode: number; signal: AbortSignal },
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = aside(file);
  const handle = await open(temporary, 'wx', options.mode);
  try {
    for await (const chunk of data) {
      options.signal.throwIfAborted();
      await handle.writeFile(chunk);
    }
    options.signal.throwIfAborted();
    await handle.chmod(options.mode);
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}
