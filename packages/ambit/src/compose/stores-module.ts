import { join } from 'node:path';
import { folderObjects, sqliteRuns } from '@ambit/local';
import type { ObjectStore, RunStore } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import type { AppOptions } from './app-options.ts';
import type { MakeHost } from './plugin-host.ts';
import { TOKENS } from './tokens.ts';

/** Records of runs and objects, in the project's state folder. */
export const storesModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.runs).toResolvedValue(
    ({ directories }: AppOptions, host: MakeHost): RunStore =>
      sqliteRuns({ directory: join(directories.state, 'runs') }).runs(host('runs', directories.state)),
    [TOKENS.options, TOKENS.host],
  );
  bind(TOKENS.objects).toResolvedValue(
    ({ directories }: AppOptions, host: MakeHost): ObjectStore =>
      folderObjects({ directory: join(directories.state, 'objects') }).objects(host('objects', directories.state)),
    [TOKENS.options, TOKENS.host],
  );
});
