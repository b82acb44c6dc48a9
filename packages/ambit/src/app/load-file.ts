import type { LoadedProject } from '@ambit/bundler';

/** Loads a module of the user's project, by its absolute path. */
export async function loadFile(entry: string, cacheDirectory: string): Promise<LoadedProject> {
  const { loadProject } = await import('@ambit/bundler');
  // Where the user's project has no Ambit installed, its code gets this one.
  return loadProject({ entry, cacheDirectory, ambit: import.meta.resolve('ambit') });
}
