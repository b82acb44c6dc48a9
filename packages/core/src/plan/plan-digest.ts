import { createHash } from 'node:crypto';
import type { Digest } from '@ambit/plugin-api';
import type { PlannedEnvironment, PlannedImage } from './plan.ts';

/** Over targets, environments and images; an image counts by its identity, which knows nothing of this machine. */
export function planDigest(
  targets: readonly string[],
  environments: readonly PlannedEnvironment[],
  images: readonly PlannedImage[],
): Digest {
  const hash = createHash('sha256').update(JSON.stringify(['ambit.plan/1', targets]));
  for (const environment of environments) hash.update(`\n${JSON.stringify(environment)}`);
  for (const { identity, platform, parent, builder } of images) hash.update(`\n${JSON.stringify([identity, platform, parent, builder])}`);
  return `sha256:${hash.digest('hex')}`;
}
