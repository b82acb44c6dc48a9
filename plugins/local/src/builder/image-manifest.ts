import { join } from 'node:path';
import type { ImageManifest, Layer } from '@ambit/plugin-api';

export interface ImageParts {
  /** Relative to the image's directory. */
  readonly workdir?: string | undefined;
  /** Absolute: folder of a `node_modules`. */
  readonly npm?: string | undefined;
  /** Absolute: folder of a `venv`. */
  readonly python?: string | undefined;
}

/** What a host image is: later layers override earlier ones. */
export function imageManifest(layers: readonly Layer[], { workdir, npm, python }: ImageParts): ImageManifest {
  const nodeModules = npm === undefined ? undefined : join(npm, 'node_modules');
  const venv = python === undefined ? undefined : join(python, 'venv');
  const env: Record<string, string> = venv === undefined ? {} : { VIRTUAL_ENV: venv };
  for (const layer of layers) if (layer.kind === 'env') Object.assign(env, layer.variables);
  return {
    version: 1,
    env,
    path: [...(nodeModules === undefined ? [] : [join(nodeModules, '.bin')]), ...(venv === undefined ? [] : [join(venv, 'bin')])],
    ...(workdir === undefined ? {} : { workdir }),
    ...(nodeModules === undefined ? {} : { nodeModules }),
    ...(venv === undefined ? {} : { venv }),
  };
}
