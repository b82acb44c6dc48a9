import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersUpwards } from '../directories.ts';

const names = ['ambit.config.ts', 'ambit.config.js', 'ambit.config.mjs'];

/** The nearest configuration, from a folder upwards. */
export function findConfig(folder: string): string | undefined {
  for (const each of foldersUpwards(folder)) {
    const name = names.find((candidate) => existsSync(join(each, candidate)));
    if (name !== undefined) return join(each, name);
  }
  return undefined;
}
