import { setTimeout as sleep } from 'node:timers/promises';
import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Logger, Machine, PluginHost, SecretSource, SharedState } from '@ambit/plugin-api';

/** `host('gpu', folder)`: what an instance of a plugin is lent. */
export type MakeHost = (instance: string, stateDirectory: string) => PluginHost;

const patienceMs = 20_000;

export const clock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};

export function pluginHosts(log: Logger, machine: Machine, shared: SharedState): MakeHost {
  return (instance, stateDirectory) => ({ ...sharingHost(log, machine)(instance, stateDirectory), shared });
}

/** What the plugin that shares is lent itself. */
export function sharingHost(log: Logger, machine: Machine): (...at: Parameters<MakeHost>) => Omit<PluginHost, 'shared'> {
  return (instance, stateDirectory) => ({ instance, log, clock, machine, stateDirectory, secret: noSecret });
}

/** With the secrets that the sources have. */
export function withSecrets(host: MakeHost, sources: readonly SecretSource[]): MakeHost {
  return (instance, stateDirectory) => ({
    ...host(instance, stateDirectory),
    secret: async (name) => {
      for (const source of sources) {
        const value = await source.get(name, AbortSignal.timeout(patienceMs));
        if (value !== undefined) return value;
      }
      throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}, which the configuration names for ${instance}.`, {
        hint: 'Set the variable of this name, or name a source that has it in `secrets` of the configuration.',
        facts: { name, instance, sources: sources.map((source) => source.name) },
      });
    },
  });
}

async function noSecret(name: string): Promise<string> {
  throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}: nothing provides secrets to plugins of this kind.`, {
    hint: 'Give the value to the plugin in its options.',
    facts: { name },
  });
}
