import type { ImageReference } from './image-reference.ts';
import { askRegistry, manifestKinds } from './registry-client.ts';
import type { RegistryAccess } from './registry-client.ts';

/** Of a platform, or of a configuration, which says it in the same words. */
interface Told {
  readonly os?: unknown;
  readonly architecture?: unknown;
}

/** Either lists manifests, one for each platform, or names the configuration of the one image that it is. */
interface Manifest {
  readonly manifests?: readonly { readonly platform?: Told }[];
  readonly config?: { readonly digest?: string };
}

/** No manifest may be longer, by the rules of registries. */
const mostBytes = 4 * 2 ** 20;

/** For which a registry has an image; undefined where that cannot be found out. Nothing that goes wrong here is worth more than not to know. */
export async function manifestPlatforms(
  reference: ImageReference,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const read = async <T>(path: string, accept: string): Promise<T | undefined> =>
    parsed<T>(await askRegistry(reference, { method: 'GET', path, accept }, access, signal));
  try {
    const { digest, tag = 'latest' } = reference;
    const { manifests, config } = (await read<Manifest>(`manifests/${digest ?? tag}`, manifestKinds)) ?? {};
    if (manifests) return namesOf(manifests.map(({ platform = {} }) => platform));
    return config?.digest === undefined ? undefined : namesOf([(await read<Told>(`blobs/${config.digest}`, '*/*')) ?? {}]);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** What is no image for any platform, such as a proof of how one was built, says `unknown`. One that says nothing may be for any. */
function namesOf(all: readonly Told[]): readonly string[] | undefined {
  const names = all.filter(({ os }) => os !== 'unknown').map(nameOf);
  return names.length > 0 && names.every((name) => name !== undefined) ? [...new Set(names)] : undefined;
}

function nameOf({ os, architecture }: Told): string | undefined {
  return isWord(os) && isWord(architecture) ? `${os}/${architecture}` : undefined;
}

function isWord(told: unknown): told is string {
  return typeof told === 'string' && told !== '';
}

async function parsed<T>({ ok, body }: Response): Promise<T | undefined> {
  if (!ok || !body) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) return undefined;
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
}
