import { createHash } from 'node:crypto';
import type { Digest } from '@ambit/plugin-api';
import type { ImageDescription, Place } from '../../model/definition.ts';
import { canonical } from '../canonical.ts';
import type { ResolvedBase } from './image-base.ts';
import { resolveDockerfile, resolveLayer } from './resolve-layer.ts';
import type { ReadFacts, ResolvedLayer } from './resolve-layer.ts';

/** An image by content: what it is wherever it is built. */
export class ImageContent {
  readonly base: ResolvedBase;
  readonly layers: readonly ResolvedLayer[];
  /** Of the call that said what it starts from. */
  readonly at: Place | undefined;
  readonly #identities = new Map<string, readonly Digest[]>();

  constructor(base: ResolvedBase, layers: readonly ResolvedLayer[], at: Place | undefined) {
    this.base = base;
    this.layers = layers;
    this.at = at;
  }

  /** Of the base alone, of base and first layer, and so on: the last is the image's own. */
  identities(platform: string): readonly Digest[] {
    const known = this.#identities.get(platform);
    if (known) return known;
    const identities = this.#identify(platform);
    this.#identities.set(platform, identities);
    return identities;
  }

  #identify(platform: string): readonly Digest[] {
    const hash = createHash('sha256').update(canonical(['ambit.image/1', this.base.content, platform]), 'utf16le');
    const digest = (): Digest => `sha256:${hash.copy().digest('hex')}`;
    return [digest(), ...this.layers.map(({ content }) => (hash.update(content, 'utf16le'), digest()))];
  }
}

/** `undefined` where a file is missing; `read` says which. */
export function imageContent(
  description: ImageDescription,
  base: ResolvedBase,
  read: (at: Place | undefined) => ReadFacts,
): ImageContent | undefined {
  const dockerfile =
    description.base.kind === 'dockerfile' ? [resolveDockerfile(description.base, description.at, read(description.at))] : [];
  const layers = [...dockerfile, ...description.layers.map((layer) => resolveLayer(layer, read(layer.at)))];
  const resolved = layers.filter((layer) => layer !== undefined);
  return resolved.length < layers.length ? undefined : new ImageContent(base, resolved, description.at);
}
