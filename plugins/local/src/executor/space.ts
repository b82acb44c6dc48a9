import { formatBytes } from '@ambit/plugin-api';
import type { Gpu, WorkerRequest, WorkerResources } from '@ambit/plugin-api';
import type { Capacity } from './capacity.ts';

/** What a worker keeps from others for as long as it is there. */
export interface Space {
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
  /** The GPUs that would do, the most wanted first. */
  readonly wanted: readonly string[];
}

export type Fit =
  { readonly outcome: 'fits'; readonly space: Space } | { readonly outcome: 'never'; readonly reason: string; readonly hint: string };

/** Whether this machine has what a request asks for, whoever has it now. */
export function fitOf({ resources, environment }: WorkerRequest, capacity: Capacity): Fit {
  const wanted = gpusThatFit(resources, capacity.gpus);
  const lacking = neverReason(resources, capacity, wanted.length);
  if (lacking)
    return { outcome: 'never', reason: `${environment} asks for ${lacking}.`, hint: 'Ask for less, or place this environment elsewhere.' };
  const { memory, gpu } = resources;
  return { outcome: 'fits', space: { memory: memory?.request ?? 0, gpus: gpu?.count ?? 0, wanted: wanted.map(({ id }) => id) } };
}

/** The smallest first, so that the large ones stay free for who needs them. */
function gpusThatFit({ gpu }: WorkerResources, gpus: readonly Gpu[]): readonly Gpu[] {
  if (!gpu) return [];
  const isModel = ({ model }: Gpu): boolean =>
    !gpu.models || gpu.models.some((wanted) => model.toLowerCase().includes(wanted.toLowerCase()));
  return gpus.filter((each) => isModel(each) && each.memory >= (gpu.memory ?? 0)).sort((a, b) => a.memory - b.memory);
}

function neverReason({ cpu, memory, gpu }: WorkerResources, capacity: Capacity, fitting: number): string | undefined {
  if (cpu.request > capacity.cpu) return `${cpu.request} CPUs, and this machine has ${capacity.cpu}`;
  if (memory && memory.request > capacity.memory)
    return `${formatBytes(memory.request)} of memory, and this machine has ${formatBytes(capacity.memory)}`;
  if (!gpu || fitting >= gpu.count) return undefined;
  const kind = [...(gpu.models ? [gpu.models.join(' or ')] : []), ...(gpu.memory ? [`with ${formatBytes(gpu.memory)}`] : [])].join(' ');
  const there = capacity.gpus.map((each) => `${each.model} with ${formatBytes(each.memory)}`).join(', ');
  return `${gpu.count} GPUs${kind ? ` (${kind})` : ''}, and this machine has ${there || 'none'}`;
}
