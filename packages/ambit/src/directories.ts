import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where Ambit keeps what it knows and what it made. All absolute. */
export interface Directories {
  /** Of the project: records of runs, objects. */
  readonly state: string;
  /** Of this user on this machine: what projects share. */
  readonly machineState: string;
  /** Images, runtimes, loaded code, bundles, work folders. */
  readonly cache: string;
}

/** An empty variable is none. `beside` is the project's configuration, or a file of the project. */
export function findDirectories(
  beside: { readonly config?: string; readonly file: string },
  env: NodeJS.ProcessEnv = process.env,
): Directories {
  const home = env['HOME'] ?? homedir();
  const project = beside.config === undefined ? (nearestPackage(dirname(beside.file)) ?? dirname(beside.file)) : dirname(beside.config);
  return {
    state: resolve(env['AMBIT_STATE'] || join(project, '.ambit')),
    machineState: resolve(env['AMBIT_MACHINE_STATE'] || join(env['XDG_STATE_HOME'] || join(home, '.local/state'), 'ambit')),
    cache: resolve(env['AMBIT_CACHE'] || join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'ambit')),
  };
}

function nearestPackage(folder: string): string | undefined {
  return foldersUpwards(folder).find((each) => existsSync(join(each, 'package.json')));
}

/** A folder and all above it. */
export function foldersUpwards(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpwards(above)];
}
