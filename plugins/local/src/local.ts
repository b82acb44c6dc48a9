import { definePlugin } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import { hostBuilder } from './builder/host-builder.ts';
import { LocalExecutor } from './executor/local-executor.ts';
import { checkOptions } from './options.ts';
import type { LocalPluginOptions } from './options.ts';

/** This machine as a place: builder `host` and executor `local`. */
export function local(options: LocalPluginOptions = {}): Plugin & Required<Pick<Plugin, 'builder' | 'executor'>> {
  const checked = checkOptions(options);
  return definePlugin({
    type: 'local',
    apiVersion: 1,
    stateVersion: 1,
    builder: ({ machine }) => hostBuilder(machine),
    executor: ({ instance, machine, stateDirectory, clock, log, shared }) =>
      new LocalExecutor({ instance, machine, stateDirectory, clock, log, shared, options: checked, env: process.env }),
  });
}
