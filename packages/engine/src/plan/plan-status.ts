import type { PlannedImage, PlanStatus } from '@ambit/core';
import type { Digest, Existence } from '@ambit/plugin-api';
import type { EngineParts } from '../engine.ts';
import type { Descriptions } from './descriptions.ts';
import { builderNamed } from './descriptions.ts';

type ImageStatus = PlanStatus['images'][Digest];

/** Which images are there already. Builders whose results belong to one machine are asked about this one. */
export async function planStatus(
  images: readonly PlannedImage[],
  parts: Pick<EngineParts, 'builders' | 'machine'> & { readonly descriptions: Descriptions },
  signal: AbortSignal,
): Promise<PlanStatus> {
  const found = await Promise.all(images.map(async (image) => [image.identity, await statusOf(image, parts, signal)] as const));
  return { images: Object.fromEntries(found) };
}

async function statusOf(
  { identity: digest, platform, builder }: PlannedImage,
  { builders, machine, descriptions }: Parameters<typeof planStatus>[1],
  signal: AbortSignal,
): Promise<ImageStatus> {
  if (builder === undefined) return { status: 'unknown', reason: 'no builder can build it' };
  try {
    const { perMachine } = await descriptions.builder(builder, signal);
    return shown(await builderNamed(builders, builder).exists({ digest, platform }, perMachine ? { machine } : {}, signal), builder);
  } catch (error) {
    signal.throwIfAborted();
    return { status: 'unknown', reason: `the builder ${builder} does not answer: ${(error as Error).message}` };
  }
}

function shown(existence: Existence, builder: string): ImageStatus {
  if (existence.exists === 'yes') return { status: 'exists', reason: `the builder ${builder} has it` };
  if (existence.exists === 'no') return { status: 'build', reason: `the builder ${builder} does not have it` };
  return { status: 'unknown', reason: existence.reason };
}
