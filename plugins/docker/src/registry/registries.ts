import type { Digest } from '@ambit/plugin-api';
import { credentialsFor } from './credentials.ts';
import type { Credentials, CredentialSources } from './credentials.ts';
import { parseReference } from './image-reference.ts';
import { manifestDigest } from './registry-client.ts';

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
    const credentials = await credentialsFor(parsed.host, this.#sources, signal);
    const plainHttp = this.#sources.options.registries[parsed.host]?.plainHttp === true || isThisMachine(parsed.host);
    return manifestDigest(parsed, { plainHttp, ...(credentials && { credentials }) }, signal);
  }
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}
