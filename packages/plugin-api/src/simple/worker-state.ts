import { AmbitError } from '../errors.ts';

/** The id of a worker, which becomes a folder's name: refused where it is no DNS label. */
export function checkedWorkerId(id: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) return id;
  throw new AmbitError('AMBIT_INTERNAL', `"${id}" cannot be the id of a worker: it is no DNS label.`, {
    hint: 'Report this as a bug.',
    facts: { id },
  });
}

/** Another try would meet the same: somebody has to change a right or a path first. */
const lasting: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'];

/** What an executor writes of its workers cannot be read or written. */
export function workerStateUnusable(path: string, why: string, cause?: unknown): AmbitError {
  const isLasting = lasting.includes((cause as { readonly code?: unknown } | undefined)?.code);
  return new AmbitError('AMBIT_STATE_UNUSABLE', `The state of workers in ${path} cannot be used: ${why}.`, {
    hint: 'Check the owner and the space of this folder, or name another with AMBIT_MACHINE_STATE.',
    facts: { path, ...(isLasting && { failure: 'configuration' }) },
    ...(cause === undefined ? {} : { cause }),
  });
}
