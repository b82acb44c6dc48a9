import type { PlannedImage } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type {
  BuildEvent,
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  Clock,
  Existence,
  ImageBuilder,
  ImageIdentity,
  Layer,
  Machine,
} from '@ambit/plugin-api';
import type { Descriptions } from '../plan/descriptions.ts';
import { builderNamed } from '../plan/descriptions.ts';
import type { RunEventData, RunNotice } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { BuildableImage } from './buildable-image.ts';
import { BuildFailure, buildFailure } from './build-failure.ts';
import { BuildSecrets } from './build-secrets.ts';
import { BuildSlots } from './build-slots.ts';
import { plannedContents } from './planned-files.ts';
import type { PlannedFiles } from './planned-files.ts';
import { renderedImage } from './rendered-image.ts';

export interface ImageBuildsParts {
  readonly builders: ReadonlyMap<string, ImageBuilder>;
  readonly descriptions: Descriptions;
  readonly images: readonly PlannedImage[];
  readonly files: PlannedFiles;
  /** The value of a secret that a layer names. */
  readonly secret: (name: string) => Promise<string>;
  readonly recorder: Pick<Recorder, 'note' | 'store'>;
  readonly clock: Clock;
  readonly notify: (notice: RunNotice) => void;
  /** Builds also what is there already. */
  readonly force?: boolean;
  /** Ends all building. */
  readonly signal: AbortSignal;
}

interface Building {
  readonly builder: ImageBuilder;
  readonly description: BuilderDescription;
  readonly parent: BuiltImage | undefined;
  readonly machine: Machine | undefined;
}

/** How it went with an image. */
export type ImageEnd = Omit<RunEventData['image.ended'], 'image'>;

/** The images of one run. Each is looked for once and built at most once, for each machine where it belongs to one. */
export class ImageBuilds {
  readonly #parts: ImageBuildsParts;
  readonly #images = new Map<string, Promise<BuiltImage>>();
  readonly #slots = new Map<string, BuildSlots>();
  readonly #ends = new Map<BuildableImage, ImageEnd>();
  readonly #secrets = new Map<BuildableImage, BuildSecrets>();

  constructor(parts: ImageBuildsParts) {
    this.#parts = parts;
  }

  /** Whether an image can be built before there is a place for its environment. */
  async belongsToMachine(image: PlannedImage): Promise<boolean> {
    return (await this.#parts.descriptions.builder(image.builder ?? '', this.#parts.signal)).perMachine;
  }

  /** The image where it is, built if it is not there. Rejects with a `BuildFailure`. */
  ensure(image: BuildableImage, machine?: Machine): Promise<BuiltImage> {
    const key = [image.identity, image.platform, image.builder, machine?.id].join(' ');
    const known = this.#images.get(key);
    if (known) return known;
    const ensured = this.#ensure(image, machine);
    this.#images.set(key, ensured);
    ensured.catch(() => undefined);
    return ensured;
  }

  /** How it went with an image, on whichever machine last; undefined where nobody wanted it yet. */
  endOf(image: PlannedImage): ImageEnd | undefined {
    return this.#ends.get(image);
  }

  /** Resolves when nothing is built any more. */
  async settled(): Promise<void> {
    for (let count = -1; count !== this.#images.size;) {
      count = this.#images.size;
      await Promise.allSettled(this.#images.values());
    }
  }

  async #ensure(image: BuildableImage, machine: Machine | undefined): Promise<BuiltImage> {
    const begun = this.#now();
    const builder = builderNamed(this.#parts.builders, image.builder ?? '');
    const found = this.#parts.force ? undefined : await this.#find(builder, image, machine);
    if (found?.exists === 'yes' && (!image.push || isPushed(found.image))) {
      this.#ended(image, 'exists', begun);
      return found.image;
    }
    return this.#build(builder, image, machine);
  }

  async #find(builder: ImageBuilder, image: BuildableImage, machine: Machine | undefined): Promise<Existence> {
    const { signal } = this.#parts;
    const { push } = image;
    try {
      return await builder.exists(identityOf(image), { ...(machine && { machine }), ...(push && { push }) }, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { exists: 'unknown', reason: String(error) };
    }
  }

  async #build(builder: ImageBuilder, image: BuildableImage, machine: Machine | undefined): Promise<BuiltImage> {
    const begun = this.#now();
    const { descriptions, signal } = this.#parts;
    try {
      const description = await descriptions.builder(image.builder ?? '', signal);
      const parent = description.features.parents ? await this.#parent(image, machine) : undefined;
      const building = { builder, description, parent, machine };
      const built = await this.#slotsOf(image.builder ?? '', description.concurrency).with(() => this.#run(image, building));
      this.#ended(image, 'built', begun);
      return built;
    } catch (error) {
      // One that it is built on failed, or nobody wants it any more.
      const isSkipped = error instanceof BuildFailure || signal.aborted;
      if (isSkipped) this.#ended(image, 'skipped', begun);
      if (isSkipped) throw error;
      const failure = new BuildFailure(this.#secretsOf(image).redacted(buildFailure(error, image).document));
      this.#ended(image, 'failed', begun, failure);
      throw failure;
    }
  }

  #parent(image: BuildableImage, machine: Machine | undefined): Promise<BuiltImage> | undefined {
    const parent = this.#parts.images.find(
      (each) => each.identity === image.parent && each.platform === image.platform && each.builder === image.builder,
    );
    return parent && this.ensure(parent, machine);
  }

  #slotsOf(builder: string, concurrency: number): BuildSlots {
    const slots = this.#slots.get(builder) ?? new BuildSlots(concurrency);
    this.#slots.set(builder, slots);
    return slots;
  }

  async #run(image: BuildableImage, building: Building): Promise<BuiltImage> {
    const { recorder, signal } = this.#parts;
    signal.throwIfAborted();
    const { identity, environments, runtime } = image;
    const secrets = this.#secretsOf(image);
    await recorder.store({
      type: 'image.started',
      data: { image: identity, environments: [...environments], builder: image.builder ?? '', ...(runtime && { runtime: true }) },
    });
    const request = await this.#request(image, building);
    let built: BuiltImage | undefined;
    for await (const event of building.builder.build(request, signal)) {
      if (event.type === 'built') built = event.image;
      else this.#parts.notify(noticeOf(identity, secrets.redacted(event)));
    }
    if (built) return built;
    throw new AmbitError('AMBIT_BUILD_FAILED', `The builder ${image.builder} ended without an image.`, {
      hint: 'Report this to the makers of the builder.',
    });
  }

  async #request(image: BuildableImage, { description, parent, machine }: Building): Promise<BuildRequest> {
    const { base, layers, parentLayers, push, runtime } = image;
    const { perMachine, features } = description;
    const secrets = this.#secretsOf(image).requested;
    const files = await plannedContents(layers, runtime ?? this.#parts.files, this.#parts.signal);
    return {
      identity: identityOf(image),
      base: { reference: base },
      layers: layers.map(plainLayer),
      ...(parent ? { parent } : {}),
      parentLayers: parent ? parentLayers : 0,
      files: files.layers,
      ...(machine ? { machine } : {}),
      ...(perMachine ? {} : { rendered: renderedImage(image, { features, files, hasParent: parent !== undefined }) }),
      ...(push ? { push } : {}),
      ...(secrets.length > 0 ? { secrets } : {}),
    };
  }

  #secretsOf(image: BuildableImage): BuildSecrets {
    const known = this.#secrets.get(image) ?? new BuildSecrets(image.layers, this.#parts.secret);
    this.#secrets.set(image, known);
    return known;
  }

  #ended(image: BuildableImage, status: 'built' | 'exists' | 'failed' | 'skipped', begun: number, failure?: BuildFailure): void {
    const end: ImageEnd = { status, durationMs: this.#now() - begun, ...(failure ? { error: failure.document } : {}) };
    this.#ends.set(image, end);
    this.#parts.recorder.note({ type: 'image.ended', data: { image: image.identity, ...end } });
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }
}

/** Whether an image is in a registry. */
export function isPushed({ locations }: BuiltImage): boolean {
  return locations.some(({ kind }) => kind === 'registry');
}

function identityOf({ identity: digest, platform }: PlannedImage): ImageIdentity {
  return { digest, platform };
}

function plainLayer({ summary: _summary, at: _at, ...layer }: PlannedImage['layers'][number]): Layer {
  return layer;
}

function noticeOf(image: string, event: Exclude<BuildEvent, { type: 'built' }>): RunNotice {
  switch (event.type) {
    case 'step':
      return { type: 'image.progress', data: { image, step: event.number, of: event.of, name: event.name } };
    case 'progress': {
      const { step, done, total, unit } = event;
      return { type: 'image.progress', data: { image, step, done, ...(total === undefined ? {} : { total }), unit } };
    }
    case 'log':
      return { type: 'image.log', data: { image, stream: event.stream, text: event.text } };
  }
}
