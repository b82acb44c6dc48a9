import { imageKey } from '@ambit/core';
import type { PlannedImage, PlanStatus } from '@ambit/core';
import type { Existence } from '@ambit/plugin-api';
import { isPushed } from '../build/image-builds.ts';
import type { EngineParts } from '../engine.ts';
import type { Descriptions } from './descriptions.ts';
import { builderNamed } from './descriptions.ts';

type ImageStatus = PlanStatus['images'][string];

/** Which images are there already. Builders whose results belong to one machine are asked about this one. */
export async function planStatus(
  images: readonly PlannedImage[],
  parts: Pick<EngineParts, 'builders' | 'machine'> & { readonly descriptions: Descriptions },
  signal: AbortSignal,
): Promise<PlanStatus> {
  const found = await Promise.all(images.map(async (image) => [imageKey(image), await statusOf(image, parts, signal)] as const));
  return { images: Object.fromEntries(found) };
}

async function statusOf(
  { identity: digest, platform, builder, push }: PlannedImage,
  { builders, machine, descriptions }: Parameters<typeof planStatus>[1],
  signal: AbortSignal,
): Promise<ImageStatus> {
  if (builder === undefined) return { status: 'unknown', reason: 'the plan has no builder for it' };
  try {
    const { perMachine } = await descriptions.builder(builder, signal);
    const options = { ...(perMachine && { machine }), ...(push && { push }) };
    return shown(await builderNamed(builders, builder).exists({ digest, platform }, options, signal), { builder, push });
  } catch (error) {
    signal.throwIfAborted();
    return { status: 'unknown', reason: `the builder ${builder} does not answer: ${(error as Error).message}` };
  }
}

function shown(existence: Existence, { builder, push }: { readonly builder: string; readonly push: PlannedImage['push'] }): ImageStatus {
  if (existence.exists === 'unknown') return { status: 'unknown', reason: existence.reason };
  if (existence.exists === 'no') return { status: 'build', reason: `the builder ${builder} does not have it` };
  if (push && !isPushed(existence.image))
    return { status: 'build', reason: `the builder ${builder} has it, and ${push.repository} does not` };
  return { status: 'exists', reason: push ? `it is in ${push.repository}` : `the builder ${builder} has it` };
}
