import { formatBytes } from '@ambit/plugin-api';
import type { Clock, Logger, ReserveAnswer, SharedState } from '@ambit/plugin-api';
import type { Space } from './space.ts';

/** How long an engine that says nothing more keeps what it has leased for its workers. */
const TTL_MS = 15_000;
const retryAfterMs = 200;

export interface LeasesParts {
  readonly shared: SharedState;
  readonly clock: Clock;
  readonly log: Logger;
  /** The machine's id. */
  readonly machine: string;
  /** Of the executor: who was given a part of the machine keeps within it. */
  readonly instance: string;
  /** In bytes: of the machine, and of the part of it that the executor may use. */
  readonly memory: { readonly total: number; readonly part: number };
  /** Ends the renewing. */
  readonly signal: AbortSignal;
}

export type Wait = Extract<ReserveAnswer, { outcome: 'wait' }>;
export type Taken = { readonly gpus: readonly string[] } | Wait;

/** Memory and GPUs of this machine, leased from what engines share, a worker each. What needs neither asks nobody. */
export class Leases {
  readonly #parts: LeasesParts;
  readonly #memory: readonly { readonly name: string; readonly capacity: number }[];
  readonly #gpus: string;
  /** The workers that this process renews for. */
  readonly #held = new Set<string>();
  #isRenewing = false;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
    const { machine, instance, memory } = parts;
    const whole = { name: `${machine} memory`, capacity: Math.max(memory.total, memory.part) };
    const part = { name: `${machine} memory of ${instance}`, capacity: memory.part };
    this.#memory = memory.part < memory.total ? [part, whole] : [whole];
    this.#gpus = `${machine} gpus`;
  }

  /** All of it, or nothing. Who has it has it again. */
  async take(worker: string, { memory, gpus: units, wanted }: Space): Promise<Taken> {
    const { shared } = this.#parts;
    const lease = { holder: worker, ttlMs: TTL_MS };
    for (const { name, capacity } of memory > 0 ? this.#memory : []) {
      const answer = await shared.lease(name, { ...lease, capacity, units: memory });
      if (!answer.granted) return this.#undo(worker, lackOfMemory(memory, answer.free));
    }
    const gpus = units > 0 ? await shared.lease(this.#gpus, { ...lease, units, ids: wanted }) : undefined;
    if (gpus && !gpus.granted) return this.#undo(worker, 'the GPUs of this machine that would do are in use');
    if (memory + units > 0) this.#hold(worker);
    return { gpus: gpus?.ids ?? [] };
  }

  /** Of a worker whose engine does not. */
  async renew(worker: string): Promise<void> {
    await this.#parts.shared.renew(worker);
  }

  /** Gives back what a worker had. Idempotent. */
  async give(worker: string, { memory, gpus }: Pick<Space, 'memory' | 'gpus'>): Promise<void> {
    this.#held.delete(worker);
    const names = [...(memory > 0 ? this.#memory.map(({ name }) => name) : []), ...(gpus > 0 ? [this.#gpus] : [])];
    for (const name of names) await this.#parts.shared.unlease(name, worker);
  }

  isHeld(worker: string): boolean {
    return this.#held.has(worker);
  }

  async #undo(worker: string, reason: string): Promise<Wait> {
    await this.give(worker, { memory: 1, gpus: 1 });
    return { outcome: 'wait', reason, retryAfterMs };
  }

  #hold(worker: string): void {
    this.#held.add(worker);
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    void this.#keepRenewing().finally(() => (this.#isRenewing = false));
  }

  async #keepRenewing(): Promise<void> {
    const { shared, clock, log, signal } = this.#parts;
    while (this.#held.size > 0) {
      try {
        await clock.sleep(TTL_MS / 3, signal);
        for (const worker of this.#held) await shared.renew(worker);
      } catch (error) {
        if (signal.aborted) return;
        log.warn('What workers have of this machine could not be leased on; it is tried again.', { error: String(error) });
      }
    }
  }
}

function lackOfMemory(wanted: number, free: number): string {
  return `${formatBytes(wanted)} of memory are wanted and ${formatBytes(Math.max(free, 0))} are free on this machine`;
}
