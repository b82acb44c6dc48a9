import type { Digest, FoundImage } from '@ambit/plugin-api';
import { isMissing } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { Registries } from '../registry/registries.ts';
import { tagged } from './worker-images.ts';

export interface FindImageParts {
  readonly daemon: Daemon;
  readonly registries: Pick<Registries, 'digest' | 'platforms'>;
}

interface InspectedImage {
  readonly Id: Digest;
  readonly RepoDigests?: readonly string[] | null;
  readonly Os?: string;
  readonly Architecture?: string;
}

/** The engine's own image counts, as it is what a worker would be started from; else the registry's. */
export async function findImage({ daemon, registries }: FindImageParts, named: string, signal: AbortSignal): Promise<FoundImage> {
  const reference = tagged(named);
  try {
    return ownImage(await daemon.json<InspectedImage>({ method: 'GET', path: `/images/${reference}/json`, signal }));
  } catch (error) {
    signal.throwIfAborted();
    if (!isMissing(error)) return { found: 'unknown', reason: (error as Error).message };
  }
  try {
    return await registryImage(registries, reference, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { found: 'unknown', reason: (error as Error).message };
  }
}

function ownImage({ Id, RepoDigests, Os, Architecture }: InspectedImage): FoundImage {
  const pulled = RepoDigests?.map((each) => each.split('@')[1]).find((each) => each !== undefined) as Digest | undefined;
  return { found: 'yes', digest: pulled ?? Id, ...(Os && Architecture && { platforms: [`${Os}/${Architecture}`] }) };
}

async function registryImage(registries: FindImageParts['registries'], reference: string, signal: AbortSignal): Promise<FoundImage> {
  const [, written] = reference.split('@');
  const digest = written === undefined ? await registries.digest(reference, signal) : (written as Digest);
  if (digest === undefined) return { found: 'no', reason: `neither the engine nor a registry has ${reference}` };
  const platforms = await registries.platforms(reference, signal);
  if (written !== undefined && !platforms) return { found: 'unknown', reason: 'the engine does not have it, and sees when it pulls it' };
  return { found: 'yes', digest, ...(platforms && { platforms }) };
}
