import { definePlugin, secretVariable } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';

type SecretsPlugin = Plugin & Required<Pick<Plugin, 'secrets'>>;

/** The variables of the process that starts a run. One that is empty is as good as none. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>> = process.env): SecretsPlugin {
  const valueOf = (name: string): string | undefined => {
    const variable = secretVariable(name);
    return Object.hasOwn(env, variable) && env[variable] !== '' ? env[variable] : undefined;
  };
  return definePlugin({
    type: 'environment',
    apiVersion: 1,
    secrets: () => ({
      name: 'environment',
      has: async (name) => valueOf(name) !== undefined,
      get: async (name) => valueOf(name),
      dispose: async () => undefined,
    }),
  });
}
