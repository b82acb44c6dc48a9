import { definePlugin } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import { checkOptions } from './options.ts';
import type { DockerPluginOptions } from './options.ts';

/** A Docker engine as a place. */
export function docker(options: DockerPluginOptions = {}): Plugin {
  checkOptions(options);
  return definePlugin({ type: 'docker', apiVersion: 1 });
}
