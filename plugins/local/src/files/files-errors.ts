import { AmbitError } from '@ambit/plugin-api';

export function filesMissing(path: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_FILES_MISSING', `There is no ${path}.`, {
    hint: 'Correct the path, or make the file.',
    facts: { path },
    cause,
  });
}

export function filesUnreadable(path: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_FILES_UNREADABLE', `${path} cannot be read: ${why}.`, {
    hint: 'Check the rights of the file, or leave it out.',
    facts: { path },
    cause,
  });
}
