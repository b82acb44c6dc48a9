import { localMachine, sqliteShared } from '@ambit/local';
import type { Logger, Machine, SharedState } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import type { AppOptions } from './app-options.ts';
import { clock, pluginHosts, sharingHost } from './plugin-host.ts';
import type { MakeHost } from './plugin-host.ts';
import { TOKENS } from './tokens.ts';

/** This machine, and what plugins are lent of it. */
export const machineModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.clock).toConstantValue(clock);
  bind(TOKENS.log).toResolvedValue(({ log }: AppOptions) => log, [TOKENS.options]);
  bind(TOKENS.machine).toResolvedValue(
    ({ directories }: AppOptions) => localMachine({ cacheDirectory: directories.cache, stateDirectory: directories.machineState }),
    [TOKENS.options],
  );
  bind(TOKENS.shared).toResolvedValue(
    ({ directories, log }: AppOptions, machine: Machine): SharedState =>
      sqliteShared().shared(sharingHost(log, machine)('shared', directories.machineState)),
    [TOKENS.options, TOKENS.machine],
  );
  bind(TOKENS.host).toResolvedValue(
    (log: Logger, machine: Machine, shared: SharedState): MakeHost => pluginHosts(log, machine, shared),
    [TOKENS.log, TOKENS.machine, TOKENS.shared],
  );
});
