import type { Clock, LeaseAnswer, LeaseOptions, SharedState } from '@ambit/plugin-api';
import { wallClock } from '../fakes/test-clock.ts';

interface Lease {
  readonly units: number;
  readonly ids?: readonly string[];
  readonly ttlMs: number;
  until: number;
}

/** Leases by their names, then by their holders: what the handles of one shared state in memory share. */
export type MemoryLeases = Map<string, Map<string, Lease>>;

export interface MemorySharedOptions {
  readonly leases?: MemoryLeases;
  readonly clock?: Clock;
}

/** A shared state that lives as long as its map. */
export function memoryShared({ leases = new Map(), clock = wallClock() }: MemorySharedOptions = {}): SharedState {
  const now = (): number => clock.now().getTime();
  return {
    async lease(name, options) {
      const held = leases.get(name) ?? new Map<string, Lease>();
      leases.set(name, held);
      const own = held.get(options.holder);
      const lease = own ?? taken(held, options, now());
      if ('granted' in lease) return lease;
      held.set(options.holder, { ...lease, ttlMs: options.ttlMs, until: now() + options.ttlMs });
      return { granted: true, ...(lease.ids ? { ids: lease.ids } : {}) };
    },
    async renew(holder) {
      for (const held of leases.values()) {
        const lease = held.get(holder);
        if (lease) lease.until = now() + lease.ttlMs;
      }
    },
    async unlease(name, holder) {
      leases.get(name)?.delete(holder);
    },
    async dispose() {},
  };
}

/** A new lease, or why there is none. */
function taken(
  held: Map<string, Lease>,
  { capacity, units, ids }: LeaseOptions,
  now: number,
): Pick<Lease, 'units' | 'ids'> | Extract<LeaseAnswer, { granted: false }> {
  for (const [holder, lease] of held) if (lease.until <= now) held.delete(holder);
  const others = [...held.values()];
  const used = new Set(others.flatMap((lease) => lease.ids ?? []));
  const named = ids?.filter((id) => !used.has(id));
  const free = named?.length ?? (capacity ?? 0) - others.reduce((sum, lease) => sum + lease.units, 0);
  if (units > free) return { granted: false, free };
  return { units, ...(named ? { ids: named.slice(0, units) } : {}) };
}
