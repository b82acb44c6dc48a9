import type { Digest } from '@ambit/plugin-api';
import type { EnvironmentDefinition } from '../../model/definition.ts';
import type { PlannedImage } from '../plan.ts';
import type { ImageContent } from './image-content.ts';
import { imageKey } from './image-key.ts';

interface Entry {
  readonly content: ImageContent;
  readonly platform: string;
  readonly builder: string | undefined;
  readonly perMachine: boolean;
  readonly environments: Set<string>;
  readonly at: PlannedImage['at'];
  push: ImageBuilding['push'];
}

export interface ImageBuilding {
  readonly platform: string;
  readonly builder: string | undefined;
  /** The builder takes a machine as the base. */
  readonly perMachine: boolean;
  readonly push: { readonly repository: string } | undefined;
}

/** The images of a plan: identity, platform and builder together are one entry. */
export class ImageGraph {
  readonly #entries = new Map<string, Entry>();

  /** Gives the identity. */
  add(content: ImageContent, building: ImageBuilding, { name, at }: EnvironmentDefinition): Digest {
    const identity = content.identities(building.platform).at(-1)!;
    const key = imageKey({ identity, builder: building.builder });
    const entry = this.#entries.get(key) ?? { content, ...building, at: content.at ?? at, environments: new Set() };
    this.#entries.set(key, entry);
    entry.environments.add(name);
    entry.push ??= building.push;
    return identity;
  }

  /** Parents first, else in order of first use. */
  images(): readonly PlannedImage[] {
    const done = new Set<string>();
    const images: PlannedImage[] = [];
    for (const first of this.#entries.keys()) {
      const line: string[] = [];
      for (let key: string | undefined = first; key !== undefined && !done.has(key); key = this.#parentKey(key)) {
        done.add(key);
        line.push(key);
      }
      images.push(...line.reverse().map((key) => this.#image(this.#entries.get(key)!)));
    }
    return images;
  }

  #parentKey(key: string): string | undefined {
    const entry = this.#entries.get(key)!;
    const parent = this.#parent(entry);
    return parent && imageKey({ identity: parent.identity, builder: entry.builder });
  }

  /** The longest other image whose description is a beginning of this one's. */
  #parent({ content, platform, builder }: Entry): { readonly identity: Digest; readonly layers: number } | undefined {
    const identities = content.identities(platform);
    for (let layers = content.layers.length - 1; layers >= 0; layers -= 1) {
      const identity = identities[layers]!;
      if (this.#entries.has(imageKey({ identity, builder }))) return { identity, layers };
    }
    return undefined;
  }

  #image(entry: Entry): PlannedImage {
    const { content, platform, builder, perMachine, environments, at, push } = entry;
    const parent = this.#parent(entry);
    return {
      identity: content.identities(platform).at(-1)!,
      platform,
      ...(parent !== undefined && { parent: parent.identity }),
      base: perMachine ? content.base.onMachine : content.base.reference,
      ...(!perMachine && { container: content.base.container }),
      layers: content.layers.map((layer) => layer.planned),
      parentLayers: parent?.layers ?? 0,
      environments: [...environments],
      ...(at !== undefined && { at }),
      ...(builder !== undefined && { builder }),
      ...(push && { push }),
    };
  }
}
