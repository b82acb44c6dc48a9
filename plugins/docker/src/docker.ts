import { homedir } from 'node:os';
import { definePlugin } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import { dockerDaemon } from './daemon/docker-daemon.ts';
import { containerOptions } from './executor/container-options.ts';
import { DockerExecutor } from './executor/docker-executor.ts';
import { checkOptions } from './options.ts';
import type { DockerPluginOptions } from './options.ts';

/** A Docker engine as a place. */
export function docker(options: DockerPluginOptions = {}): Plugin & Required<Pick<Plugin, 'executor'>> {
  const checked = checkOptions(options);
  return definePlugin({
    type: 'docker',
    apiVersion: 1,
    stateVersion: 1,
    optionsSchema: containerOptions,
    executor: (host) => {
      const surroundings = { env: process.env, home: homedir() };
      return new DockerExecutor({
        host,
        daemon: dockerDaemon(checked, surroundings),
        credentials: async () => undefined,
        env: process.env,
      });
    },
  });
}
