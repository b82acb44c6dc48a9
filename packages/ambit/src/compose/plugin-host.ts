import { setTimeout as sleep } from 'node:timers/promises';
import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Logger, Machine, PluginHost, SharedState } from '@ambit/plugin-api';

/** `host('gpu', folder)`: what an instance of a plugin is lent. */
export type MakeHost = (instance: string, stateDirectory: string) => PluginHost;

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

async function noSecret(name: string): Promise<string> {
  throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}: sources of secrets and stores are given none.`, {
    hint: 'Give the value to the plugin in its options.',
    facts: { name },
  });
}
