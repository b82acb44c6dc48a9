import { homedir } from 'node:os';
import { definePlugin } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import { dockerBuilder } from './builder/docker-builder.ts';
import { dockerDaemon } from './daemon/docker-daemon.ts';
import { checkOptions } from './options.ts';
import type { DockerPluginOptions } from './options.ts';

/** A Docker engine as a place: it builds images with its BuildKit. */
export function docker(options: DockerPluginOptions = {}): Plugin & Required<Pick<Plugin, 'builder'>> {
  const checked = checkOptions(options);
  const surroundings = { env: process.env, home: homedir() };
  return definePlugin({
    type: 'docker',
    apiVersion: 1,
    builder: (host) => dockerBuilder({ daemon: dockerDaemon(checked, surroundings), options: checked, surroundings, host }),
  });
}
