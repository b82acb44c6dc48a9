import type { BuilderDescription, LayerKind } from '@ambit/plugin-api';
import type { ImageDescription, Place } from '../../model/definition.ts';
import type { ResolvedBase } from '../images/image-base.ts';

/** What an image asks of its builder. */
export interface BuildNeeds {
  readonly base: ResolvedBase;
  readonly at: Place | undefined;
  readonly layers: readonly { readonly kind: LayerKind; readonly at: Place | undefined }[];
  readonly features: readonly { readonly name: 'targets' | 'buildSecrets'; readonly what: string; readonly at: Place | undefined }[];
}

/** Why a builder cannot build an image. */
export interface Objection {
  readonly text: string;
  readonly hint: string;
  readonly at?: Place | undefined;
  /** It can build the image, and only has to be told where to bring it. */
  readonly isOnlyConfiguration?: boolean;
}

export function buildNeeds({ base: from, layers, at }: ImageDescription, base: ResolvedBase): BuildNeeds {
  const isDockerfile = from.kind === 'dockerfile';
  const withSecrets = layers.filter((layer) => (layer.kind === 'pip' || layer.kind === 'requirements') && layer.secrets.length > 0);
  return {
    base,
    at,
    layers: [
      ...(isDockerfile ? [{ kind: 'dockerfile' as const, at }] : []),
      ...layers.map((layer) => ({ kind: layer.kind, at: layer.at })),
    ],
    features: [
      ...(isDockerfile && from.target !== undefined ? [{ name: 'targets' as const, what: 'stages of a Dockerfile', at }] : []),
      ...withSecrets.map((layer) => ({ name: 'buildSecrets' as const, what: 'secrets while building', at: layer.at })),
    ],
  };
}

/** Platforms and locations apart: those are between builder and executor. */
export function builderObjection(name: string, builder: BuilderDescription, needs: BuildNeeds): Objection | undefined {
  const { base, layers, features } = needs;
  if (builder.perMachine && base.kind === 'reference')
    return {
      text: `builder ${name} takes a machine as the base and cannot start from ${base.reference}`,
      hint: 'Start from Image.fromDebianBase(), or use a builder of containers.',
    };
  const other = otherVersion(name, builder, needs);
  if (other) return other;
  const foreign = layers.find(({ kind }) => !builder.layers.includes(kind));
  if (foreign) {
    const missing = builder.missing?.[foreign.kind];
    return {
      text: `builder ${name} cannot realise ${foreign.kind} layers${shown(foreign.at)}${missing ? `: ${missing.why}` : ''}`,
      hint: missing?.hint ?? `Leave that layer out, or use a builder that realises ${foreign.kind} layers.`,
      at: foreign.at,
    };
  }
  const lacking = features.find((feature) => !builder.features[feature.name]);
  return (
    lacking && { text: `builder ${name} knows no ${lacking.what}${shown(lacking.at)}`, hint: `Use a builder that does.`, at: lacking.at }
  );
}

/** It builds for none of the platforms that are wanted. */
export function platformObjection(name: string, { platforms }: BuilderDescription, wanted: readonly string[]): Objection | undefined {
  if (wanted.some((platform) => platforms.includes(platform))) return undefined;
  return {
    text: `builder ${name} builds for ${platforms.join(', ')}, not for ${wanted.join(', ')}`,
    hint: 'Use a builder of that platform.',
  };
}

const versioned = [
  ['node', 'Node'],
  ['python', 'Python'],
] as const;

/** A version that is asked for, where the builder has others only. */
function otherVersion(name: string, { debian }: BuilderDescription, { base: { asked }, at }: BuildNeeds): Objection | undefined {
  for (const [key, what] of versioned) {
    const [wanted, there] = [asked[key], debian?.[key]];
    if (wanted === undefined || there === undefined || there.includes(wanted)) continue;
    const found = there.map((version) => `${what} ${version}`).join(' and ');
    return {
      text: `builder ${name} has ${found || `no ${what}`}, and the image asks for ${what} ${wanted}${shown(at)}`,
      hint: `Ask for ${found || `no version of ${what}`}, have ${what} ${wanted} there, or use a builder of containers.`,
      at,
    };
  }
  return undefined;
}

function shown(at: Place | undefined): string {
  return at === undefined ? '' : ` (${at})`;
}
