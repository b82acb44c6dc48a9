import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest } from '@ambit/plugin-api';
import { wrongPlatform } from './builder-errors.ts';

/** What the planner refuses before: said here too, since a builder can be asked by anyone. */
export function checkRequest({ identity, layers, parentLayers, files }: BuildRequest, platform: string): void {
  if (identity.platform !== platform) throw wrongPlatform(identity.platform, platform);
  const given = new Set(files.map(({ digest }) => digest));
  for (const [index, layer] of layers.entries()) {
    if (index < parentLayers) continue;
    if ('secrets' in layer && layer.secrets.length > 0)
      throw new AmbitError('AMBIT_BUILD_UNSUPPORTED_LAYER', 'The Docker builder knows no secrets while building.', {
        hint: 'Take the secrets out of this layer, or build with a builder that has them.',
        facts: { layer: index, kind: layer.kind },
      });
    if ('files' in layer && !given.has(layer.files))
      throw new AmbitError(
        'AMBIT_BUILD_FILES_CHANGED',
        `The files of a layer of kind "${layer.kind}" are not there any more as they were planned.`,
        {
          hint: 'Plan again.',
          facts: { layer: index, kind: layer.kind, digest: layer.files },
        },
      );
  }
}
