import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why nothing may be written into a folder; of one that is not there yet, why it could not be made. Makes nothing. */
export async function writeRefusal(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is a file`;
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) return writeRefusal(dirname(folder));
    return message;
  }
}
