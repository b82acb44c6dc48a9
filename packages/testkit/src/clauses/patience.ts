import { AsyncLocalStorage } from 'node:async_hooks';

const usualMs = 15_000;
const chosen = new AsyncLocalStorage<number>();

/** Clauses in this work wait so long for what has to happen. */
export function withPatience<T>(milliseconds: number | undefined, work: () => T): T {
  return milliseconds === undefined ? work() : chosen.run(milliseconds, work);
}

/** Long enough for a slow machine, unless the context says otherwise. */
export function patienceMs(): number {
  return chosen.getStore() ?? usualMs;
}
