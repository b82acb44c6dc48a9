import { AmbitError } from '@ambit/plugin-api';

const noSpace: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM']);
const noAccess: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG']);

/** What the operating system refused is no mistake of ours: the user can mend it. */
export function asKnownError(error: unknown): unknown {
  if (AmbitError.is(error) || !(error instanceof Error)) return error;
  const { code, syscall, message, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const facts = { code, ...(path !== undefined && { path }) };
  if (noSpace.has(code))
    return new AmbitError('AMBIT_NO_SPACE', `The machine has no room for more: ${message}.`, {
      hint: 'Free some of it (ambit doctor shows what there is), and try again.',
      facts,
      cause: error,
    });
  // Node says ENOENT of a folder that is to be made on a read-only file system, and of a working folder that was removed.
  if (!noAccess.has(code) && !(code === 'ENOENT' && ['mkdir', 'uv_cwd'].includes(syscall))) return error;
  return new AmbitError('AMBIT_NO_ACCESS', `A file or folder cannot be used: ${message}.`, {
    hint: 'Mend its owner and rights, or name another folder: AMBIT_STATE, AMBIT_MACHINE_STATE, AMBIT_CACHE.',
    facts,
    cause: error,
  });
}
