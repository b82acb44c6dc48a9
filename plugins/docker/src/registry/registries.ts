import type { Digest } from '@ambit/plugin-api';
import { credentialsFor } from './credentials.ts';
import type { Credentials, CredentialSources } from './credentials.ts';
import { parseReference } from './image-reference.ts';
import { manifestPlatforms } from './manifest-platforms.ts';
import { manifestDigest } from './registry-client.ts';
import type { RegistryAccess } from './registry-client.ts';

/** The registries of one plugin, with the logins for them. */
export class Registries {
  readonly #sources: CredentialSources;

  constructor(sources: CredentialSources) {
    this.#sources = sources;
  }

  /** For the registry of a reference. */
  async credentials(reference: string, signal: AbortSignal): Promise<Credentials | undefined> {
    return credentialsFor(parseReference(reference).host, this.#sources, signal);
  }

  /** Of a tag; undefined where the registry has none. */
  async digest(reference: string, signal: AbortSignal): Promise<Digest | undefined> {
    const parsed = parseReference(reference);
    return manifestDigest(parsed, await this.#access(parsed.host, signal), signal);
  }

  /** For which it has what this tag or digest names; undefined where that cannot be found out. */
  async platforms(reference: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const parsed = parseReference(reference);
    return manifestPlatforms(parsed, await this.#access(parsed.host, signal), signal);
  }

  async #access(host: string, signal: AbortSignal): Promise<RegistryAccess> {
    const credentials = await credentialsFor(host, this.#sources, signal);
    const plainHttp = this.#sources.options.registries[host]?.plainHttp === true || isThisMachine(host);
    return { plainHttp, ...(credentials && { credentials }) };
  }
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}
