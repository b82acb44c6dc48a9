import type { EnvironmentDefinition } from '../../model/definition.ts';

/** The names of secrets that an image needs while it is built. */
export function buildSecrets(image: EnvironmentDefinition['image']): ReadonlySet<string> {
  const layers = typeof image === 'object' ? image.layers : [];
  return new Set(layers.flatMap((layer) => ('secrets' in layer ? layer.secrets : [])));
}
