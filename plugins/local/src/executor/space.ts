import type { Gpu, WorkerRequest, WorkerResources } from '@ambit/plugin-api';
import type { Capacity } from './capacity.ts';

interface Taken {
  readonly memory: number;
  readonly gpus: readonly string[];
}

export type Admission =
  | { readonly outcome: 'fits'; readonly gpus: readonly string[] }
  | { readonly outcome: 'wait'; readonly reason: string; readonly retryAfterMs: number }
  | { readonly outcome: 'never'; readonly reason: string; readonly hint: string };

const retryAfterMs = 200;

/** Memory and GPUs that this process has given to workers. */
export class Space {
  readonly #taken = new Map<string, Taken>();

  take(request: WorkerRequest, gpus: readonly string[]): void {
    this.#taken.set(request.id, { memory: request.resources.memory?.request ?? 0, gpus });
  }

  free(id: string): void {
    this.#taken.delete(id);
  }

  holders(): readonly string[] {
    return [...this.#taken.keys()];
  }

  admit(request: WorkerRequest, capacity: Capacity): Admission {
    const { resources, environment } = request;
    const wanted = gpusThatFit(resources, capacity.gpus);
    const lacking = neverReason(resources, capacity, wanted.length);
    if (lacking)
      return {
        outcome: 'never',
        reason: `${environment} asks for ${lacking}.`,
        hint: 'Ask for less, or place this environment elsewhere.',
      };
    const used = [...this.#taken.values()];
    const free = capacity.memory - used.reduce((sum, each) => sum + each.memory, 0);
    const memory = resources.memory?.request ?? 0;
    if (memory > free)
      return {
        outcome: 'wait',
        reason: `${format(memory)} of memory are wanted and ${format(Math.max(free, 0))} are free on this machine`,
        retryAfterMs,
      };
    const busy = new Set(used.flatMap((each) => each.gpus));
    const gpus = wanted.filter((gpu) => !busy.has(gpu.id)).slice(0, resources.gpu?.count ?? 0);
    if (gpus.length < (resources.gpu?.count ?? 0))
      return { outcome: 'wait', reason: `the GPUs of this machine that would do are in use`, retryAfterMs };
    return { outcome: 'fits', gpus: gpus.map((gpu) => gpu.id) };
  }
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
    return `${format(memory.request)} of memory, and this machine has ${format(capacity.memory)}`;
  if (!gpu || fitting >= gpu.count) return undefined;
  const kind = [...(gpu.models ? [gpu.models.join(' or ')] : []), ...(gpu.memory ? [`with ${format(gpu.memory)}`] : [])].join(' ');
  const there = capacity.gpus.map((each) => `${each.model} with ${format(each.memory)}`).join(', ');
  return `${gpu.count} GPUs${kind ? ` (${kind})` : ''}, and this machine has ${there || 'none'}`;
}

function format(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${Math.round((bytes / 2 ** (10 * power)) * 10) / 10} ${units[power]}`;
}
