import { AmbitError } from '@ambit/plugin-api';
import { Directory, File } from '@ambit/worker/runtime';

const uri = /^[a-z][a-z0-9+.-]*:\/\//i;

/** A file of this machine, stored where tasks find it, or one that is stored already. */
export function inputFile(flag: string, path: string): Promise<File> {
  return given(flag, path, () => (isStored(path) ? File.fromUri(path) : File.fromLocal(local(path))));
}

/** The same with a directory. */
export function inputDirectory(flag: string, path: string): Promise<Directory> {
  return given(flag, path, () => (isStored(path) ? Directory.fromUri(path) : Directory.fromLocal(local(path))));
}

function isStored(path: string): boolean {
  return uri.test(path) && !/^file:/i.test(path);
}

function local(path: string): string | URL {
  return uri.test(path) ? new URL(path) : path;
}

async function given<T>(flag: string, path: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!AmbitError.is(error) || error.code !== 'AMBIT_FILE_SOURCE') throw error;
    const named = path === '' ? 'nothing' : path;
    throw new AmbitError('AMBIT_INPUT_INVALID', `${flag} names ${named}, which cannot be read: ${error.facts['why'] as string}.`, {
      hint: error.hint,
      facts: { what: flag, path },
      cause: error,
    });
  }
}
