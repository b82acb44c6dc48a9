import type { ImageManifest, Layer } from '@ambit/plugin-api';
import { NODE_MODULES, VENV } from './places.ts';

const npm: readonly Layer['kind'][] = ['npm', 'npm-project'];
const python: readonly Layer['kind'][] = ['pip', 'requirements', 'uv-project'];

/** What `/opt/ambit/image.json` says of all layers: later ones override earlier ones. */
export function imageManifest(layers: readonly Layer[], workdir: string | undefined): ImageManifest {
  const hasNpm = layers.some(({ kind }) => npm.includes(kind));
  const hasPython = layers.some(({ kind }) => python.includes(kind));
  const env: Record<string, string> = hasPython ? { VIRTUAL_ENV: VENV } : {};
  for (const layer of layers) if (layer.kind === 'env') Object.assign(env, layer.variables);
  return {
    version: 1,
    env: Object.fromEntries(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))),
    path: [...(hasNpm ? [`${NODE_MODULES}/.bin`] : []), ...(hasPython ? [`${VENV}/bin`] : [])],
    ...(workdir !== undefined && { workdir }),
    ...(hasNpm && { nodeModules: NODE_MODULES }),
    ...(hasPython && { venv: VENV }),
  };
}
