import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Logger, Machine, PluginHost, SharedState } from '@ambit/plugin-api';
import { memoryShared } from '../memory/memory-shared.ts';
import { memoryMachine } from './memory-machine.ts';
import { silentLogger } from './recording-logger.ts';
import { wallClock } from './test-clock.ts';

export interface TestHostOptions {
  readonly instance?: string;
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly machine?: Machine;
  readonly shared?: SharedState;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What a plugin gets of its host, with a folder of its own and fakes for the rest. */
export function testHost(stateDirectory: string, options: TestHostOptions = {}): PluginHost {
  const clock = options.clock ?? wallClock();
  return {
    instance: options.instance ?? 'test',
    log: options.log ?? silentLogger,
    clock,
    machine: options.machine ?? memoryMachine(),
    stateDirectory,
    shared: options.shared ?? memoryShared({ clock }),
    secret: async (name) => {
      const value = options.secrets?.[name];
      if (value !== undefined) return value;
      throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}.`, { hint: 'Give it to the test host.', facts: { name } });
    },
  };
}
