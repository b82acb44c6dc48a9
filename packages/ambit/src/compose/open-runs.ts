import { join } from 'node:path';
import { folderObjects, sqliteRuns } from '@ambit/local';
import type { Logger, ObjectStore, RunStore } from '@ambit/plugin-api';
import type { Directories } from '../directories.ts';
import { clock } from './plugin-host.ts';

/** The records of a project's runs, for who only reads them: nothing else of an app is made. */
export function openRuns({ state }: Directories, log: Logger): RunStore {
  return sqliteRuns({ directory: join(state, 'runs') }).runs({ clock, log, stateDirectory: state });
}

/** The same with what its values and files are kept in. */
export function openObjects({ state }: Directories): ObjectStore {
  return folderObjects({ directory: join(state, 'objects') }).objects({ stateDirectory: state });
}
