import { access, constants, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Directories } from '../directories.ts';
import { writeRefusal } from '../write-refusal.ts';
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
      const refusal = (await writeRefusal(folder)) ?? (await entryRefusal(folder));
      if (refusal === undefined) return { name, status: 'ok', message: `${folder} (${what})` };
      const hint = `Make it writable for you, or name another folder in ${variable}.`;
      return { name, status: 'error', message: `${folder} (${what}) cannot be written: ${refusal}`, hint };
    }),
  );
}

/** Of what lies in it at the top: a run as root leaves there what its owner may not write. */
async function entryRefusal(folder: string): Promise<string | undefined> {
  try {
    for (const name of await readdir(folder)) await access(join(folder, name), constants.W_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : message;
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
