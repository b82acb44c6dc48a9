import type { Machine } from '@ambit/plugin-api';

/** Whether there is a file; of its content no more than a first piece is read. */
export async function isThere(machine: Machine, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of machine.read(path, signal)) break;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
