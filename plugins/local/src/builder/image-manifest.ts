import { join } from 'node:path';
import type { ImageManifest, Layer } from '@ambit/plugin-api';

/** What a host image is: later layers override earlier ones. A workdir is a folder of the image, wherever a container would have it. */
export function imageManifest(layers: readonly Layer[], packages: string | undefined): ImageManifest {
  const env: Record<string, string> = {};
  let workdir: string | undefined;
  for (const layer of layers) {
    if (layer.kind === 'env') Object.assign(env, layer.variables);
    if (layer.kind === 'workdir') workdir = join('root', layer.directory);
  }
  const nodeModules = packages === undefined ? undefined : join(packages, 'node_modules');
  return {
    version: 1,
    env,
    path: nodeModules === undefined ? [] : [join(nodeModules, '.bin')],
    ...(workdir === undefined ? {} : { workdir }),
    ...(nodeModules === undefined ? {} : { nodeModules }),
  };
}
