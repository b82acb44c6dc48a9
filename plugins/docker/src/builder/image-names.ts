import type { Digest, ImageIdentity } from '@ambit/plugin-api';

export const identityLabel = 'dev.ambit.identity';

/** The tag of an image in its engine. The whole identity is in its label. */
export function imageTag({ digest }: Pick<ImageIdentity, 'digest'>): string {
  return `ambit:${shortIdentity(digest)}`;
}

export function pushedReference(repository: string, { digest }: Pick<ImageIdentity, 'digest'>): string {
  return `${repository}:${shortIdentity(digest)}`;
}

function shortIdentity(digest: Digest): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 32);
}
