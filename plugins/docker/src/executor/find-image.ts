import type { Digest, FoundImage } from '@ambit/plugin-api';
import { isMissing } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { tagged } from './worker-images.ts';

export interface FindImageParts {
  readonly daemon: Daemon;
  /** Of a tag in its registry; undefined where that has none. */
  readonly digest: (reference: string, signal: AbortSignal) => Promise<Digest | undefined>;
}

interface InspectedImage {
  readonly Id: Digest;
  readonly RepoDigests?: readonly string[] | null;
}

/** The engine's own image counts, as it is what a worker would be started from; else the registry's. */
export async function findImage({ daemon, digest }: FindImageParts, named: string, signal: AbortSignal): Promise<FoundImage> {
  const reference = tagged(named);
  try {
    const { Id, RepoDigests } = await daemon.json<InspectedImage>({ method: 'GET', path: `/images/${reference}/json`, signal });
    const pulled = RepoDigests?.map((each) => each.split('@')[1]).find((each) => each !== undefined);
    return { found: 'yes', digest: (pulled as Digest | undefined) ?? Id };
  } catch (error) {
    signal.throwIfAborted();
    if (!isMissing(error)) return { found: 'unknown', reason: (error as Error).message };
  }
  if (reference.includes('@')) return { found: 'unknown', reason: 'the engine does not have it, and sees when it pulls it' };
  try {
    const found = await digest(reference, signal);
    return found ? { found: 'yes', digest: found } : { found: 'no', reason: `neither the engine nor a registry has ${reference}` };
  } catch (error) {
    signal.throwIfAborted();
    return { found: 'unknown', reason: (error as Error).message };
  }
}
