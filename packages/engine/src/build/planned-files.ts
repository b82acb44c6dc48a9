import type { Digest, LayerFiles } from '@ambit/plugin-api';
import type { EngineParts, Planned } from '../engine.ts';

/** Finds the contents behind the digests that the layers of a plan name. */
export function plannedFiles(
  { layerFiles }: Pick<EngineParts, 'layerFiles'>,
  { files }: Planned,
): (digest: Digest, signal: AbortSignal) => Promise<LayerFiles | undefined> {
  return async (digest, signal) => {
    const request = files.get(digest);
    return request && layerFiles?.(request, signal);
  };
}
