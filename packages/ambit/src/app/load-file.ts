import type { LoadedProject } from '@ambit/bundler';

/** Loads a module of the user's project, by its absolute path. `called` is how the user named it. */
export async function loadFile(entry: string, cacheDirectory: string, called = entry): Promise<LoadedProject> {
  const { loadProject } = await import('@ambit/bundler');
  // Where the user's project has no Ambit installed, its code gets this one.
  return loadProject({ entry, called, cacheDirectory, ambit: import.meta.resolve('ambit') });
}
