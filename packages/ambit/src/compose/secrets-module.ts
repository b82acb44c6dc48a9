import { join } from 'node:path';
import { environmentSecrets } from '@ambit/local';
import type { SecretSource } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import type { AppOptions } from './app-options.ts';
import type { MakeHost } from './plugin-host.ts';
import { TOKENS } from './tokens.ts';

/** Where the values of secrets come from: what the configuration names, and last the variables of this process. */
export const secretsModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.secrets).toResolvedValue(
    ({ config, directories }: AppOptions, host: MakeHost): readonly SecretSource[] =>
      [...(config.secrets ?? []), environmentSecrets()].map((plugin, index) => {
        const instance = `secrets-${index + 1}`;
        return plugin.secrets(host(instance, join(directories.machineState, 'plugins', instance)));
      }),
    [TOKENS.options, TOKENS.host],
  );
});
