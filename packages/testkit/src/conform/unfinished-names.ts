import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginHost } from '@ambit/plugin-api';

/** What goes by a name that says that it is not whole, near the top of the folders that a builder may use. */
export async function unfinishedNames({ machine, stateDirectory }: PluginHost): Promise<readonly string[]> {
  const names = await Promise.all([machine.cacheDirectory, stateDirectory].map((folder) => namesBelow(folder, 3)));
  return names.flat().filter((name) => /\.(part|partial|draft|tmp|temp|lock)$/.test(name));
}

async function namesBelow(folder: string, depth: number): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  if (depth === 1) return names;
  const below = await Promise.all(names.filter((name) => name !== 'node_modules').map((name) => namesBelow(join(folder, name), depth - 1)));
  return [...names, ...below.flat()];
}
