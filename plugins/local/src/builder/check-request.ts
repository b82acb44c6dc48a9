import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest, LayerKind, MachineFacts } from '@ambit/plugin-api';

/** What the planner refuses before: said here too, since a builder can be asked by anyone. */
export function checkRequest({ base, layers }: BuildRequest, known: readonly LayerKind[], facts: MachineFacts): void {
  const foreign = layers.find((layer) => !known.includes(layer.kind));
  if (foreign)
    throw new AmbitError('AMBIT_BUILD_UNSUPPORTED_LAYER', `The builder "host" cannot realise a layer of kind "${foreign.kind}".`, {
      hint: 'Build this image with a builder of containers.',
      facts: { layer: layers.indexOf(foreign), kind: foreign.kind },
    });
  const wanted = /^node:(\d+)(?:[.-]|$)/.exec(base.reference)?.[1];
  const major = facts.node?.version.split('.')[0];
  if (wanted !== undefined && wanted !== major)
    throw new AmbitError(
      'AMBIT_BUILD_OTHER_NODE',
      `The image asks for Node ${wanted}, and this machine has ${major ? `Node ${major}` : 'none'}.`,
      {
        hint: `Run with Node ${wanted}, ask for ${major ? `Node ${major}` : 'no Node'}, or build with a builder of containers.`,
        facts: { wanted, ...(major ? { found: major } : {}) },
      },
    );
}
