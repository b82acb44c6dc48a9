import type { Readable } from 'node:stream';
import type { Daemon, DaemonCall } from '../daemon/daemon.ts';
import { DaemonRefusal, isMissing } from '../daemon/daemon-refusal.ts';
import type { Credentials } from '../registry/credentials.ts';
import { engineLogin } from '../registry/engine-login.ts';
import { parseReference, repositoryOf } from '../registry/image-reference.ts';

export interface EngineImage {
  readonly id: string;
  readonly platform: string;
  readonly bytes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

interface InspectAnswer {
  readonly Id: string;
  readonly Os: string;
  readonly Architecture: string;
  readonly Size: number;
  readonly RepoTags?: readonly string[] | null;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null } | null;
}

/** What the engine does with images, but for building them. */
export class EngineImages {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  async find(reference: string, signal: AbortSignal): Promise<EngineImage | undefined> {
    try {
      const found = await this.#daemon.json<InspectAnswer>({ method: 'GET', path: `/images/${reference}/json`, signal });
      return {
        id: found.Id,
        platform: `${found.Os}/${found.Architecture}`,
        bytes: found.Size,
        labels: found.Config?.Labels ?? {},
        tags: found.RepoTags ?? [],
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async tag(image: string, reference: string, signal: AbortSignal): Promise<void> {
    const { tag } = parseReference(reference);
    const repo = reference.slice(0, reference.length - (tag?.length ?? -1) - 1);
    await this.#daemon.json({ method: 'POST', path: `/images/${image}/tag`, query: { repo, tag }, signal });
  }

  /** Of a reference only its tag; of an id the image, where nothing uses it. */
  async remove(reference: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#daemon.json({ method: 'DELETE', path: `/images/${reference}`, query: { noprune: true }, signal });
    } catch (error) {
      if (!(error instanceof DaemonRefusal)) throw error;
    }
  }

  async pull(reference: string, platform: string, credentials: Credentials | undefined, signal: AbortSignal): Promise<Readable> {
    const parsed = parseReference(reference);
    const query = { fromImage: repositoryOf(parsed), tag: parsed.digest ?? parsed.tag ?? 'latest', platform };
    return this.#daemon.stream({ method: 'POST', path: '/images/create', query, ...authOf(parsed.host, credentials), signal });
  }

  async push(reference: string, credentials: Credentials | undefined, signal: AbortSignal): Promise<Readable> {
    const { tag, host } = parseReference(reference);
    const name = reference.slice(0, reference.length - (tag?.length ?? -1) - 1);
    return this.#daemon.stream({
      method: 'POST',
      path: `/images/${name}/push`,
      query: { tag },
      ...authOf(host, credentials, true),
      signal,
    });
  }
}

/** A push without a login needs an empty one. */
function authOf(host: string, credentials: Credentials | undefined, isNeeded = false): Pick<DaemonCall, 'auth'> {
  if (!credentials && !isNeeded) return {};
  return { auth: engineLogin(host, credentials ?? { username: '', password: '' }) };
}
