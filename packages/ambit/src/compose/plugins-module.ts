import { join } from 'node:path';
import { local } from '@ambit/local';
import { AmbitError } from '@ambit/plugin-api';
import type { Executor, ImageBuilder, Plugin, SecretSource, StandardSchemaV1 } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import type { AppOptions } from './app-options.ts';
import type { MakeHost } from './plugin-host.ts';
import { withSecrets } from './plugin-secrets.ts';
import { TOKENS } from './tokens.ts';

type Role = 'builder' | 'executor';

/** Builders and executors by the names of their instances; `host` and `local` are there unless the configuration says otherwise. */
export const pluginsModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.builders).toResolvedValue(
    ({ config, directories }: AppOptions, host: MakeHost, secrets: readonly SecretSource[]): ReadonlyMap<string, ImageBuilder> =>
      instances('builder', { host: local(), ...config.builders }, directories.machineState, withSecrets(host, secrets)),
    [TOKENS.options, TOKENS.host, TOKENS.secrets],
  );
  bind(TOKENS.executors).toResolvedValue(
    ({ config, directories }: AppOptions, host: MakeHost, secrets: readonly SecretSource[]): ReadonlyMap<string, Executor> =>
      instances('executor', executorPlugins(config), directories.machineState, withSecrets(host, secrets)),
    [TOKENS.options, TOKENS.host, TOKENS.secrets],
  );
  bind(TOKENS.optionsSchemas).toResolvedValue(
    ({ config }: AppOptions): ReadonlyMap<string, StandardSchemaV1> =>
      new Map(
        Object.entries(executorPlugins(config)).flatMap(([name, { optionsSchema }]) => (optionsSchema ? [[name, optionsSchema]] : [])),
      ),
    [TOKENS.options],
  );
});

function executorPlugins({ executors }: AppOptions['config']): Readonly<Record<string, Plugin>> {
  return { local: local(), ...executors };
}

type Made<R extends Role> = R extends 'builder' ? ImageBuilder : Executor;

function instances<R extends Role>(
  role: R,
  plugins: Readonly<Record<string, Plugin>>,
  state: string,
  host: MakeHost,
): ReadonlyMap<string, Made<R>> {
  return new Map(
    Object.entries(plugins).map(([name, plugin]) => [name, make(role, name, plugin, host(name, join(state, 'plugins', name)))]),
  );
}

function make<R extends Role>(role: R, name: string, plugin: Plugin, host: ReturnType<MakeHost>): Made<R> {
  try {
    return plugin[role]?.(host) as Made<R>;
  } catch (cause) {
    throw new AmbitError(
      'AMBIT_PLUGIN_FAILED',
      `The ${role} ${name} (plugin ${plugin.type}) could not be made: ${(cause as Error).message}`,
      {
        hint: 'Look at the options that the configuration gives it.',
        facts: { role, name, type: plugin.type },
        cause,
      },
    );
  }
}
