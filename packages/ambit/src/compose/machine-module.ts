import { setTimeout as sleep } from 'node:timers/promises';
import { localMachine } from '@ambit/local';
import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Logger, Machine } from '@ambit/plugin-api';
import { ContainerModule } from 'inversify';
import type { AppOptions } from './app-options.ts';
import { TOKENS } from './tokens.ts';
import type { MakeHost } from './tokens.ts';

const clock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};

/** This machine, and what plugins are lent of it. */
export const machineModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.clock).toConstantValue(clock);
  bind(TOKENS.log).toResolvedValue(({ log }: AppOptions) => log, [TOKENS.options]);
  bind(TOKENS.machine).toResolvedValue(
    ({ directories }: AppOptions) => localMachine({ cacheDirectory: directories.cache, stateDirectory: directories.machineState }),
    [TOKENS.options],
  );
  bind(TOKENS.host).toResolvedValue(
    (log: Logger, machine: Machine): MakeHost =>
      (instance, stateDirectory) => ({ instance, log, clock, machine, stateDirectory, secret: noSecret }),
    [TOKENS.log, TOKENS.machine],
  );
});

async function noSecret(name: string): Promise<string> {
  throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}: nothing provides secrets to plugins.`, {
    hint: 'Give the value to the plugin in its options.',
    facts: { name },
  });
}
