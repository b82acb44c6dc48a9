import { join } from 'node:path';
import { localMachine, sqliteRuns } from '@ambit/local';
import type { Logger, RunStore } from '@ambit/plugin-api';
import type { Directories } from '../directories.ts';
import { pluginHosts } from './plugin-host.ts';

/** The records of a project's runs, for who only reads them: nothing else of an app is made. */
export function openRuns({ state, cache, machineState }: Directories, log: Logger): RunStore {
  const machine = localMachine({ cacheDirectory: cache, stateDirectory: machineState });
  return sqliteRuns({ directory: join(state, 'runs') }).runs(pluginHosts(log, machine)('runs', state));
}
