import { createHash } from 'node:crypto';
import type { Plan, PlannedEnvironment, PlannedImage, PlannedReference } from '@ambit/core';
import type { ImageIdentity } from '@ambit/plugin-api';

/** What an environment runs in: an image of the plan, or one that is used as it is. */
export type EnvironmentImage =
  | { readonly kind: 'planned'; readonly image: PlannedImage; readonly identity: ImageIdentity }
  | { readonly kind: 'plain'; readonly identity: ImageIdentity };

export function environmentImage(
  { images, references = [] }: Pick<Plan, 'images' | 'references'>,
  environment: PlannedEnvironment,
): EnvironmentImage | undefined {
  const { image, builder, reference, executor } = environment;
  if (reference !== undefined) {
    const plain = references.find((each) => each.reference === reference && each.executor === executor);
    return plain && { kind: 'plain', identity: plainIdentity(plain) };
  }
  const planned = images.find((each) => each.identity === image && each.builder === builder);
  return planned && { kind: 'planned', image: planned, identity: { digest: planned.identity, platform: planned.platform } };
}

/** Without a digest of its content, that of the reference itself. */
function plainIdentity({ reference, digest, platform }: PlannedReference): ImageIdentity {
  const ofText = `sha256:${createHash('sha256').update(`ambit.reference/1\n${reference}\n${platform}`).digest('hex')}` as const;
  return { digest: digest ?? ofText, platform, reference };
}
