import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Directories } from '../directories.ts';
import type { Check } from './check.ts';
import { gibibytes } from './gibibytes.ts';

const little = 2 * 2 ** 30;
const tooLittle = 200 * 2 ** 20;

const folders = [
  { name: 'state', key: 'state', variable: 'AMBIT_STATE', what: 'records of runs' },
  { name: 'machine state', key: 'machineState', variable: 'AMBIT_MACHINE_STATE', what: 'what projects share' },
  { name: 'cache', key: 'cache', variable: 'AMBIT_CACHE', what: 'images and bundles' },
] as const;

/** Whether what Ambit keeps can be written. Makes nothing. */
export async function checkFolders(directories: Directories): Promise<readonly Check[]> {
  return Promise.all(
    folders.map(async ({ name, key, variable, what }): Promise<Check> => {
      const folder = directories[key];
      const refusal = await refusalOf(folder);
      if (refusal === undefined) return { name, status: 'ok', message: `${folder} (${what})` };
      const hint = `Make it writable for you, or name another folder in ${variable}.`;
      return { name, status: 'error', message: `${folder} (${what}) cannot be written: ${refusal}`, hint };
    }),
  );
}

/** Of a folder that is not there yet: whether it could be made. */
async function refusalOf(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return (await stat(folder)).isDirectory() ? undefined : 'it is not a folder';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) return refusalOf(dirname(folder));
    return message;
  }
}

export async function checkSpace(cache: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(cache);
    const free = bavail * bsize;
    const message = `${gibibytes(free)} free where images are kept (${cache})`;
    const hint = 'Free some space, or name a folder on another disk in AMBIT_CACHE.';
    if (free >= little) return { name: 'disk', status: 'ok', message };
    return { name: 'disk', status: free < tooLittle ? 'error' : 'warning', message: `only ${message}`, hint };
  } catch (error) {
    if (dirname(cache) !== cache && (error as NodeJS.ErrnoException).code === 'ENOENT') return checkSpace(dirname(cache));
    return { name: 'disk', status: 'warning', message: `the space of ${cache} is not known: ${(error as Error).message}` };
  }
}
