import { npmLocalPath } from '@ambit/core';
import type { Digest, Layer, LayerFiles } from '@ambit/plugin-api';
import type { EngineParts, Planned } from '../engine.ts';
import type { RenderedFiles } from './rendered-image.ts';

/** Finds the contents behind what the layers of a plan name. */
export interface PlannedFiles {
  readonly of: (digest: Digest, signal: AbortSignal) => Promise<LayerFiles | undefined>;
  /** What lies at a path from which npm installs; nothing where that is not what was planned. */
  readonly package: (path: string, signal: AbortSignal) => Promise<LayerFiles | undefined>;
}

export function plannedFiles({ layerFiles }: Pick<EngineParts, 'layerFiles'>, { files, packages }: Planned): PlannedFiles {
  const of: PlannedFiles['of'] = async (digest, signal) => {
    const request = files.get(digest);
    return request && layerFiles?.(request, signal);
  };
  return {
    of,
    package: async (path, signal) => {
      const digest = packages.get(path);
      const request = digest && files.get(digest);
      const found = request && (await layerFiles?.({ ...request, path }, signal));
      return found?.digest === digest ? found : undefined;
    },
  };
}

/** All that these layers copy, each once, as far as it can be had. */
export async function plannedContents(layers: readonly Layer[], files: PlannedFiles, signal: AbortSignal): Promise<RenderedFiles> {
  const digests = new Set(layers.flatMap((layer) => ('files' in layer ? [layer.files] : [])));
  const paths = new Set(layers.flatMap((layer) => (layer.kind === 'npm' ? layer.specs.flatMap((spec) => npmLocalPath(spec) ?? []) : [])));
  const [found, packages] = await Promise.all([
    Promise.all([...digests].map((digest) => files.of(digest, signal))),
    Promise.all([...paths].map(async (path) => [path, await files.package(path, signal)] as const)),
  ]);
  return {
    layers: found.filter((each) => each !== undefined),
    packages: new Map(packages.flatMap(([path, each]) => (each ? [[path, each] as const] : []))),
  };
}
