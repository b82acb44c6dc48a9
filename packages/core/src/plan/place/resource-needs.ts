import { formatBytes } from '@ambit/plugin-api';
import type { ExecutorDescription, Gpu, ParsedResources } from '@ambit/plugin-api';

type GpuNeed = NonNullable<ParsedResources['gpu']>;

/** What is asked for and not there, and what there is instead; `undefined` where all of it fits. */
export function resourceLack(
  resources: ParsedResources,
  capacity: ExecutorDescription['capacity'],
): { readonly wanted: string; readonly there: string } | undefined {
  if (!capacity) return undefined;
  const { cpu, memory, gpu } = resources;
  if (cpu && cpu[0] > capacity.cpu) return { wanted: counted(cpu[0], 'CPU'), there: `${capacity.cpu}` };
  if (memory && memory[0] > capacity.memory) return { wanted: `${formatBytes(memory[0])} of memory`, there: formatBytes(capacity.memory) };
  if (gpu && mostOnOnePlace(capacity.gpus.filter((each) => isWanted(each, gpu))) < gpu.count)
    return { wanted: shownNeed(gpu), there: shownGpus(capacity.gpus) };
  return undefined;
}

/** A worker lives on one place, and so do its GPUs. */
function mostOnOnePlace(gpus: readonly Gpu[]): number {
  const counts = new Map<string, number>();
  for (const { place } of gpus) counts.set(place, (counts.get(place) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/** Models are named in short: `A100` is a `NVIDIA A100-SXM4-80GB`. */
function isWanted({ model, memory }: Gpu, need: GpuNeed): boolean {
  const isModel = need.models?.some((wanted) => model.toLowerCase().includes(wanted.toLowerCase())) ?? true;
  return isModel && memory >= (need.memory ?? 0);
}

function shownNeed({ count, models, memory }: GpuNeed): string {
  const kind = models ? `${models.join(' or ')} ` : '';
  return `${counted(count, `${kind}GPU`)}${memory === undefined ? '' : ` with ${formatBytes(memory)}`}${count > 1 ? ' on one machine' : ''}`;
}

function shownGpus(gpus: readonly Gpu[]): string {
  if (gpus.length === 0) return 'no GPU';
  const counts = new Map<string, number>();
  for (const { model, memory, place } of gpus) {
    const kind = `${model} with ${formatBytes(memory)} on ${place}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} x ${kind}`).join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
