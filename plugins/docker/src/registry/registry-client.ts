import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { isToken } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import type { ImageReference } from './image-reference.ts';

export interface RegistryAccess {
  readonly credentials?: Credentials;
  readonly plainHttp: boolean;
}

const patienceMs = 20_000;

export const manifestKinds = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The digest under which a registry has this tag; undefined where it has none. Rejects with a sentence where it cannot be asked. */
export async function manifestDigest(reference: ImageReference, access: RegistryAccess, signal: AbortSignal): Promise<Digest | undefined> {
  const { host, tag = 'latest' } = reference;
  const question = { method: 'HEAD', path: `manifests/${tag}`, accept: manifestKinds } as const;
  const response = await askRegistry(reference, question, access, signal);
  if (response.status === 404) return undefined;
  const digest = response.headers.get('docker-content-digest');
  if (response.ok && digest && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest as Digest;
  throw registryError(host, isRefused(response) ? refusal(access) : `answers with status ${response.status}`);
}

export interface RegistryQuestion {
  readonly method: 'HEAD' | 'GET';
  /** In the repository. */
  readonly path: string;
  readonly accept: string;
}

/** The answer, whatever its status, with a login where that is asked for. */
export async function askRegistry(
  { host, repository }: ImageReference,
  { method, path, accept }: RegistryQuestion,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<Response> {
  const server = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const url = `${access.plainHttp ? 'http' : 'https'}://${server}/v2/${repository}/${path}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const ask = async (authorization?: string): Promise<Response> =>
    answered(host, () => fetch(url, { method, signal: limit, headers: { accept, ...(authorization && { authorization }) } }));
  let response = await ask();
  if (response.status === 401) response = await ask(await authorizationFor(response, { host, repository, access, signal: limit }));
  signal.throwIfAborted();
  return response;
}

function isRefused({ status }: Response): boolean {
  return status === 401 || status === 403;
}

function refusal({ credentials }: RegistryAccess): string {
  return credentials
    ? `refuses the login${isToken(credentials) ? '' : ` of ${credentials.username}`}`
    : 'asks for a login, and there is none for it';
}

function registryError(host: string, what: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_REGISTRY', `The registry ${host} ${what}.`, {
    hint: 'See that it can be reached; log in with docker login, or correct the login in docker({ registries }).',
    facts: { registry: host },
    cause,
  });
}

/** A token that stands for a login is changed for one that opens the repository. */
function askToken(realm: URL, wanted: URLSearchParams, { credentials }: RegistryAccess, signal: AbortSignal): Promise<Response> {
  if (credentials && isToken(credentials)) {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: credentials.password, client_id: 'ambit' });
    for (const [name, value] of wanted) body.set(name, value);
    return fetch(realm, { method: 'POST', body, signal });
  }
  for (const [name, value] of wanted) realm.searchParams.set(name, value);
  return fetch(realm, { signal, ...(credentials && { headers: { authorization: basicOf(credentials) } }) });
}

function basicOf({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

interface Challenged {
  readonly host: string;
  readonly repository: string;
  readonly access: RegistryAccess;
  readonly signal: AbortSignal;
}

async function authorizationFor(response: Response, { host, repository, access, signal }: Challenged): Promise<string | undefined> {
  const challenge = response.headers.get('www-authenticate') ?? '';
  const { credentials } = access;
  if (!/^bearer /i.test(challenge)) return credentials && basicOf(credentials);
  const parameters = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const named = parameters.get('realm') ?? '';
  const realm = URL.canParse(named) ? new URL(named) : undefined;
  if (!realm || (realm.protocol !== 'https:' && !access.plainHttp))
    throw registryError(host, 'names no place for logins that can be trusted');
  const wanted = new URLSearchParams({ service: parameters.get('service') ?? host, scope: `repository:${repository}:pull` });
  const granted = await answered(realm.host, () => askToken(realm, wanted, access, signal));
  if (isRefused(granted)) throw registryError(host, refusal(access));
  const { token, access_token: other } = (await granted.json().catch(() => ({}))) as { token?: string; access_token?: string };
  return `Bearer ${token ?? other ?? ''}`;
}

async function answered(host: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    const { name, cause } = error as Error;
    if (name === 'AbortError') throw error;
    const why =
      name === 'TimeoutError' ? `nothing came for ${patienceMs / 1000} s` : cause instanceof Error ? cause.message : String(error);
    throw registryError(host, `does not answer: ${why}`, error);
  }
}
