import { join } from 'node:path';
import { sqliteRuns } from '@ambit/local';
import type { Logger, RunStore } from '@ambit/plugin-api';
import type { Directories } from '../directories.ts';
import { clock } from './plugin-host.ts';

/** The records of a project's runs, for who only reads them: nothing else of an app is made. */
export function openRuns({ state }: Directories, log: Logger): RunStore {
  return sqliteRuns({ directory: join(state, 'runs') }).runs({ clock, log, stateDirectory: state });
}
