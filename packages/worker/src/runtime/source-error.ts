import { AmbitError } from '@ambit/plugin-api';

/** Why a file or directory of this machine cannot be taken. */
export function sourceError(wanted: 'file' | 'directory', path: string, cause: unknown): AmbitError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return refused(path, `there is no such ${wanted}`, 'Correct the path.', cause);
  if (code === 'EISDIR') return refused(path, 'it is a folder, and a file is wanted', 'Name a file, or take it as a Directory.', cause);
  if (code === 'ENOTDIR') return refused(path, 'it is no folder, and a directory is wanted', 'Name a folder, or take it as a File.', cause);
  return refused(path, message, 'Check the rights of the path.', cause);
}

function refused(path: string, why: string, hint: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_FILE_SOURCE', `${path} cannot be read: ${why}.`, { hint, facts: { path, why }, cause });
}
