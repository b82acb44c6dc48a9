import { AmbitError } from '@ambit/plugin-api';
import type { Location, Placement } from '@ambit/plugin-api';
import { isMissing } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { pullImage } from './pull-image.ts';
import type { PullParts } from './pull-image.ts';
import { SharedWork } from './shared-work.ts';

/** An image that is there, and what it says of itself. */
export interface WorkerImage {
  readonly id: string;
  readonly user: string;
  readonly workdir: string;
}

interface InspectedImage {
  readonly Id: string;
  readonly Os: string;
  readonly Architecture: string;
  readonly Config?: { readonly User?: string; readonly WorkingDir?: string } | null;
}

type PlacedImage = Placement['image'];
type Told = (done: number, total: number) => void;

/** Images on one engine: those that are there, and those that can be pulled. */
export class WorkerImages {
  readonly #daemon: Daemon;
  readonly #credentials: PullParts['credentials'];
  readonly #known = new SharedWork<WorkerImage>();

  constructor(daemon: Daemon, credentials: PullParts['credentials']) {
    this.#daemon = daemon;
    this.#credentials = credentials;
  }

  async ensure(image: PlacedImage, onProgress: Told, signal: AbortSignal): Promise<WorkerImage> {
    return this.#known.get(keyOf(image), () => this.#find(image, onProgress, signal), signal);
  }

  /** It was removed since. */
  forget(image: PlacedImage): void {
    this.#known.forget(keyOf(image));
  }

  async #find({ identity, locations }: PlacedImage, onProgress: Told, signal: AbortSignal): Promise<WorkerImage> {
    const { id: daemon } = await this.#daemon.info(signal);
    const here = locations.flatMap((each) => (each.kind === 'docker-daemon' && each.daemon === daemon ? [each.imageId] : []));
    const elsewhere = [...locations.flatMap(pulledAs), ...(identity.reference === undefined ? [] : [tagged(identity.reference)])];
    for (const name of [...here, ...elsewhere]) {
      const found = await this.#inspect(name, signal);
      if (found) return checked(found, name, identity.platform);
    }
    const [reference] = elsewhere;
    if (reference === undefined) throw nowhere(here, locations);
    await pullImage({ daemon: this.#daemon, credentials: this.#credentials, reference, platform: identity.platform, onProgress }, signal);
    const pulled = await this.#inspect(reference, signal);
    if (!pulled) throw nowhere([reference], locations);
    return checked(pulled, reference, identity.platform);
  }

  async #inspect(name: string, signal: AbortSignal): Promise<InspectedImage | undefined> {
    try {
      return await this.#daemon.json<InspectedImage>({ method: 'GET', path: `/images/${name}/json`, signal });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function keyOf({ identity, locations }: PlacedImage): string {
  return JSON.stringify([identity, locations]);
}

/** By digest: a tag may be another image tomorrow. */
function pulledAs(location: Location): readonly string[] {
  if (location.kind !== 'registry') return [];
  const name = location.reference.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  return [`${colon > name.lastIndexOf('/') ? name.slice(0, colon) : name}@${location.digest}`];
}

/** Without a tag an engine would pull all that there are. */
export function tagged(reference: string): string {
  return reference.includes('@') || reference.lastIndexOf(':') > reference.lastIndexOf('/') ? reference : `${reference}:latest`;
}

function checked({ Id, Os, Architecture, Config }: InspectedImage, name: string, platform: string): WorkerImage {
  const own = `${Os}/${Architecture}`;
  if (own === platform) return { id: Id, user: Config?.User ?? '', workdir: Config?.WorkingDir ?? '' };
  throw new AmbitError('AMBIT_DOCKER_IMAGE', `The image ${name} is for ${own}, and one for ${platform} is wanted.`, {
    hint: `Name an image that there is for ${platform}.`,
    facts: { image: name, platform: own, wanted: platform, failure: 'configuration' },
  });
}

function nowhere(names: readonly string[], locations: readonly Location[]): AmbitError {
  const known = names.length > 0 ? `${names.join(', ')} is not there any more` : 'it lies nowhere that this engine reaches';
  const kinds = [...new Set(locations.map(({ kind }) => kind))].join(', ') || 'nowhere';
  return new AmbitError('AMBIT_DOCKER_IMAGE', `The image of the worker cannot be had: ${known} (it is in: ${kinds}).`, {
    hint: 'Build it again, with a builder on this engine or one that pushes to a registry.',
    facts: { images: [...names], failure: 'configuration' },
  });
}
