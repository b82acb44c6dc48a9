import { join } from 'node:path';
import { folderObjects, localMachine, sqliteRuns } from '@ambit/local';
import type { Logger, ObjectStore, RunStore } from '@ambit/plugin-api';
import type { Directories } from '../directories.ts';
import { pluginHosts } from './plugin-host.ts';
import type { MakeHost } from './plugin-host.ts';

/** The records of a project's runs, for who only reads them: nothing else of an app is made. */
export function openRuns({ state, cache, machineState }: Directories, log: Logger): RunStore {
  return sqliteRuns({ directory: join(state, 'runs') }).runs(hosts({ cache, machineState }, log)('runs', state));
}

/** The same with what its values and files are kept in. */
export function openObjects({ state, cache, machineState }: Directories, log: Logger): ObjectStore {
  return folderObjects({ directory: join(state, 'objects') }).objects(hosts({ cache, machineState }, log)('objects', state));
}

function hosts({ cache, machineState }: Pick<Directories, 'cache' | 'machineState'>, log: Logger): MakeHost {
  return pluginHosts(log, localMachine({ cacheDirectory: cache, stateDirectory: machineState }));
}
