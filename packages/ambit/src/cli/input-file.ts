import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import { File } from '@ambit/worker/runtime';

/** A file of this machine, stored where tasks find it. */
export async function inputFile(flag: string, path: string): Promise<File> {
  if (path.startsWith('ambit:')) return File.fromUri(path);
  try {
    const file = await open(path);
    return await File.newRemote(basename(path)).write(file.createReadStream() as AsyncIterable<Uint8Array>);
  } catch (cause) {
    throw new AmbitError('AMBIT_INPUT_INVALID', `${flag} names ${path}, which cannot be read: ${(cause as Error).message}.`, {
      hint: 'Correct the path.',
      facts: { path },
      cause,
    });
  }
}
