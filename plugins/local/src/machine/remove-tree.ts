import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes a folder with all that is in it, also where folders in it may not be written. */
export async function removeTree(folder: string): Promise<void> {
  const all = { recursive: true, force: true, maxRetries: 3 };
  try {
    await rm(folder, all);
  } catch {
    await open(folder);
    await rm(folder, all);
  }
}

async function open(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await open(join(folder, entry.name));
}
