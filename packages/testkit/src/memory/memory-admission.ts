import type { ExecutorDescription, ReserveAnswer, WorkerRequest } from '@ambit/plugin-api';
import type { PlaceEntry } from './memory-place.ts';

type Refusal = Exclude<ReserveAnswer, { outcome: 'reserved' }>;

/** Whether a request fits what is left of a capacity, and which GPUs it gets. */
export function admit(
  request: WorkerRequest,
  capacity: ExecutorDescription['capacity'],
  entries: readonly PlaceEntry[],
): { readonly ids: readonly string[] } | Refusal {
  if (!capacity) return { ids: [] };
  const { memory, gpu } = request.resources;
  const wanted = memory?.request ?? 0;
  if (wanted > capacity.memory) return never(`${wanted} bytes of memory are more than the ${capacity.memory} of this place`);
  const fitting = capacity.gpus.filter((each) => (gpu?.models?.includes(each.model) ?? true) && each.memory >= (gpu?.memory ?? 0));
  const count = gpu?.count ?? 0;
  if (count > fitting.length) return never(`${count} such GPUs are more than the ${fitting.length} of this place`);
  const used = entries.reduce((sum, entry) => sum + (entry.request.resources.memory?.request ?? 0), 0);
  const taken = new Set(entries.flatMap((entry) => entry.answer.gpus));
  const free = fitting.filter((each) => !taken.has(each.id));
  if (used + wanted > capacity.memory || count > free.length)
    return { outcome: 'wait', reason: 'memory or GPUs are in use', retryAfterMs: 10 };
  return { ids: free.slice(0, count).map((each) => each.id) };
}

function never(reason: string): Refusal {
  return { outcome: 'never', reason, hint: 'Ask for less, or for another place.' };
}
