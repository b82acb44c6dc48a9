import type { PlannedImage } from '../plan.ts';

/** Identity, platform and builder together are one image of a plan; the platform is in the identity. */
export function imageKey({
  identity,
  builder,
}: {
  readonly identity: PlannedImage['identity'];
  readonly builder?: string | undefined;
}): string {
  return builder === undefined ? identity : `${identity} ${builder}`;
}
