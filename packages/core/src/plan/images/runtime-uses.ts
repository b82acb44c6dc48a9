import type { PlannedRuntime } from '../plan.ts';

interface Entry extends Omit<PlannedRuntime, 'environments'> {
  readonly environments: string[];
}

/** Runtimes that become images: one entry per platform, builder and repository. */
export class RuntimeUses {
  readonly #entries = new Map<string, Entry>();

  add(runtime: Omit<PlannedRuntime, 'environments'>, environment: string): void {
    const { platform, builder, push } = runtime;
    const key = JSON.stringify([platform, builder, push?.repository]);
    const known = this.#entries.get(key);
    if (known) known.environments.push(environment);
    else this.#entries.set(key, { ...runtime, environments: [environment] });
  }

  all(): readonly PlannedRuntime[] {
    return [...this.#entries.values()];
  }
}
