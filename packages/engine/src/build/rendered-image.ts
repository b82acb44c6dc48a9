import { renderImage } from '@ambit/core';
import type { PlannedImage } from '@ambit/core';
import type { BuilderDescription, Digest, LayerFiles, RenderedImage } from '@ambit/plugin-api';
import { buildContext } from './build-context.ts';

export interface RenderedFiles {
  /** Behind the digests that layers name. */
  readonly layers: readonly LayerFiles[];
  /** By the path that a spec of npm names. */
  readonly packages: ReadonlyMap<string, LayerFiles>;
}

/** What a builder of containers runs: the whole image, or what it adds to its parent. */
export function renderedImage(
  { base, container, layers, parentLayers }: PlannedImage,
  {
    features,
    files,
    hasParent,
  }: { readonly features: BuilderDescription['features']; readonly files: RenderedFiles; readonly hasParent: boolean },
): RenderedImage {
  const byDigest = new Map<Digest, LayerFiles>([...files.packages.values(), ...files.layers].map((each) => [each.digest, each]));
  const steps = renderImage({
    reference: base,
    base: container ?? { isForeign: true, asksForNode: false },
    layers,
    ...(hasParent && { parentLayers }),
    files: { of: (digest) => byDigest.get(digest), package: (path) => files.packages.get(path) },
    mounts: features.cacheMounts,
  });
  return { steps: steps.map(({ context, ...step }) => ({ ...step, context: buildContext(context, (digest) => byDigest.get(digest)) })) };
}
