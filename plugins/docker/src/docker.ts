import { homedir } from 'node:os';
import { definePlugin } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import { dockerBuilder } from './builder/docker-builder.ts';
import { dockerDaemon } from './daemon/docker-daemon.ts';
import { containerOptions } from './executor/container-options.ts';
import { DockerExecutor } from './executor/docker-executor.ts';
import { checkOptions } from './options.ts';
import type { DockerPluginOptions } from './options.ts';
import { Registries } from './registry/registries.ts';

/** A Docker engine as a place: it builds images with its BuildKit, and runs workers in containers. */
export function docker(options: DockerPluginOptions = {}): Plugin & Required<Pick<Plugin, 'builder' | 'executor'>> {
  const checked = checkOptions(options);
  const surroundings = { env: process.env, home: homedir() };
  return definePlugin({
    type: 'docker',
    apiVersion: 1,
    stateVersion: 1,
    optionsSchema: containerOptions,
    builder: (host) =>
      dockerBuilder({ daemon: dockerDaemon(checked, surroundings, { log: host.log }), options: checked, surroundings, host }),
    executor: (host) =>
      new DockerExecutor({
        host,
        daemon: dockerDaemon(checked, surroundings, { log: host.log }),
        registries: new Registries({ options: checked, surroundings, host }),
        env: surroundings.env,
      }),
  });
}
