import { usageError } from './usage-error.ts';

/** `-C`. */
export function changeDirectory(directory: string | undefined): void {
  if (directory === undefined) return;
  try {
    process.chdir(directory);
  } catch {
    throw usageError(`-C names ${directory}, and there is no such folder.`, 'Correct the path.');
  }
}
