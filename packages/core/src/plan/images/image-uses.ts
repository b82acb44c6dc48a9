import { didYouMean } from '@ambit/plugin-api';
import type { EnvironmentDefinition, ImageDescription, Place } from '../../model/definition.ts';
import { isAbsolutePath } from '../../model/path.ts';
import { answerOf, isFailed } from '../answers.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Facts, FileFacts, PlanSettings } from '../plan.ts';
import type { FileNeed } from './file-needs.ts';
import { resolveBase } from './image-base.ts';
import type { ResolvedBase } from './image-base.ts';
import { imageContent } from './image-content.ts';
import type { ImageContent } from './image-content.ts';
import { reportOverriddenPackages } from './overridden-packages.ts';

/** What an environment runs in. */
export type ImageUse =
  | { readonly kind: 'reference'; readonly reference: string; readonly platforms?: readonly string[]; readonly at?: Place }
  | {
      readonly kind: 'image';
      readonly description: ImageDescription;
      readonly base: ResolvedBase;
      /** Absent where a file is missing. */
      readonly content: ImageContent | undefined;
    }
  | { readonly kind: 'unknown' };

const defaultImage: ImageDescription = { base: { kind: 'debian' }, layers: [] };

/** What the environments of a plan run in; each description is looked at once. */
export class ImageUses {
  readonly #settings: PlanSettings;
  readonly #facts: Facts;
  readonly #found: Diagnostics;
  readonly #uses = new Map<ImageDescription, ImageUse>();

  constructor(settings: PlanSettings, facts: Facts, found: Diagnostics) {
    this.#settings = settings;
    this.#facts = facts;
    this.#found = found;
  }

  of(environment: EnvironmentDefinition): ImageUse {
    const { image = defaultImage } = environment;
    if (typeof image === 'string') return { kind: 'reference', reference: image };
    const known = this.#uses.get(image);
    if (known) return known;
    const use = this.#resolve(image, environment);
    this.#uses.set(image, use);
    return use;
  }

  #resolve(description: ImageDescription, environment: EnvironmentDefinition): ImageUse {
    const base = resolveBase(description.base, this.#settings.images);
    if (!base) {
      this.#reportUnknown(description, environment);
      return { kind: 'unknown' };
    }
    const { platforms, at } = description;
    if (base.kind === 'reference' && description.layers.length === 0)
      return { kind: 'reference', reference: base.reference, ...(platforms && { platforms }), ...(at !== undefined && { at }) };
    reportOverriddenPackages(description, environment.name, this.#found);
    const content = imageContent(description, base, (place) => (file) => this.#read(file, place, environment));
    return { kind: 'image', description, base, content };
  }

  #read(file: FileNeed, at: Place | undefined, { name, at: definedAt }: EnvironmentDefinition): FileFacts | undefined {
    const place = { at: at ?? definedAt, environment: name };
    if (!isAbsolutePath(file.path)) {
      this.#found.addOnce(`${file.key} ${at}`, {
        code: 'AMBIT_PLAN_RELATIVE_PATH',
        message: `The image of ${name} is made from ${file.path}, and nobody knows which folder that starts from.`,
        hint: `Write new URL('${file.path}', import.meta.url).`,
        ...place,
      });
      return undefined;
    }
    const facts = answerOf(this.#facts.files, file.key);
    if (!isFailed(facts)) return facts;
    this.#found.addOnce(`${file.key} ${at}`, {
      code: 'AMBIT_PLAN_FILE_MISSING',
      message: `The image of ${name} is made from ${file.path}, which cannot be read: ${facts.failed}`,
      hint: 'Correct the path, or make the file.',
      ...place,
    });
    return undefined;
  }

  #reportUnknown({ base, at }: ImageDescription, environment: EnvironmentDefinition): void {
    const name = base.kind === 'named' ? base.name : '';
    const known = Object.keys(this.#settings.images ?? {});
    const there = known.length > 0 ? `The configuration knows ${known.join(', ')}.` : 'The configuration names no images.';
    this.#found.add({
      code: 'AMBIT_PLAN_UNKNOWN_IMAGE',
      message: `The image of ${environment.name} starts from the named image ${name}, which nobody knows. ${there}${didYouMean(name, known)}`,
      hint: `Correct the name, or add it to the configuration: images: { '${name}': 'REFERENCE' }.`,
      at: at ?? environment.at,
      environment: environment.name,
    });
  }
}
