import { imageKey } from '@ambit/core';
import type { ParsedResources, Plan, PlanStatus, PlannedImage } from '@ambit/core';

/** The document of `plan --json` (`cli.md`). */
export function planDocument(plan: Plan, status: PlanStatus): object {
  return {
    version: 1,
    digest: plan.digest,
    targets: plan.targets,
    environments: plan.environments.map(({ resources, ...environment }) => ({
      secrets: [],
      ...environment,
      resources: resourcesDocument(resources),
    })),
    images: [...plan.images.map((image) => imageDocument(image, status)), ...(plan.references ?? [])],
    diagnostics: plan.diagnostics,
  };
}

function resourcesDocument({ cpu = [1, 1], memory, gpu, ...others }: ParsedResources): object {
  const model = gpu?.models && { model: gpu.models };
  return {
    cpu,
    ...(memory && { memory }),
    ...others,
    ...(gpu && { gpu: { ...model, count: gpu.count, ...(gpu.memory !== undefined && { memory: gpu.memory }) } }),
  };
}

function imageDocument(
  { layers, identity, parentLayers: _, container: _container, at: _at, ...image }: PlannedImage,
  { images }: PlanStatus,
): object {
  return {
    identity,
    ...image,
    layers: layers.map(({ kind, summary }) => ({ kind, summary })),
    ...(images[imageKey({ identity, builder: image.builder })] ?? { status: 'unknown', reason: 'nobody looked' }),
  };
}
