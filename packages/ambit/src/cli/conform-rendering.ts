import { renderImage } from '@ambit/core';
import type { Described } from '@ambit/core';
import { buildContext } from '@ambit/engine';
import type { BuildRequest, BuilderDescription, Digest } from '@ambit/plugin-api';

/** A request of a clause with its Dockerfiles, as those of a run have them. */
export function renderedForClauses(request: BuildRequest, { cacheMounts }: BuilderDescription['features']): BuildRequest {
  const { base, layers, parent, parentLayers, files } = request;
  const given = new Map(files.map((each) => [each.digest, each]));
  const steps = renderImage({
    reference: base.digest === undefined ? base.reference : `${base.reference}@${base.digest}`,
    base: { isForeign: true, asksForNode: false },
    layers,
    ...(parent && { parentLayers }),
    files: { of: (digest) => given.get(digest) ?? lost(digest), package: () => undefined },
    mounts: cacheMounts,
  });
  return {
    ...request,
    rendered: { steps: steps.map(({ context, ...step }) => ({ ...step, context: buildContext(context, (digest) => given.get(digest)) })) },
  };
}

/** A clause names files that it does not give: planned once, and nowhere to be read. */
function lost(digest: Digest): Described {
  return { digest, entries: [{ path: 'lost', kind: 'file', mode: 0o644, size: 1, digest }] };
}
