import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor, Reservation } from '@ambit/plugin-api';
import { behaviourStray, killWorker, processLives } from '@ambit/testkit';
import type { ApartRun, BehaviourClaims, BehaviourContext } from '@ambit/testkit';
import { ApartEngine } from './apart-engine.ts';
import { briefProfile } from './behaviour-config.ts';
import { livingWorkers } from './living-workers.ts';
import { placeParts } from './place-parts.ts';
import type { PlaceParts } from './place-parts.ts';
import { runRecord } from './run-record.ts';
import { startRun } from './started-run.ts';

export interface AmbitPlaceOptions {
  /** A module whose default export is what `behaviourConfig` made. */
  readonly config: URL;
  /** For places that are slow. */
  readonly patienceMs?: number;
}

/** A place, and contexts of clauses on it. */
export class AmbitPlace {
  readonly #options: AmbitPlaceOptions;
  readonly #parts: PlaceParts;
  readonly #claims: BehaviourClaims;

  /** `wrap`: what of the executor is other than it should be. */
  static async open(options: AmbitPlaceOptions, wrap: (executor: Executor) => Executor = (executor) => executor): Promise<AmbitPlace> {
    process.env[behaviourStray.name] = behaviourStray.value;
    const parts = await placeParts(options.config, wrap);
    const claims = await parts.app.executors.get('place')!.describe(never());
    return new AmbitPlace(options, parts, claims);
  }

  private constructor(options: AmbitPlaceOptions, parts: PlaceParts, claims: BehaviourClaims) {
    this.#options = options;
    this.#parts = parts;
    this.#claims = claims;
  }

  /** For one clause. What it leaves running ends with it. */
  context(): BehaviourContext {
    const { patienceMs } = this.#options;
    const { app } = this.#parts;
    const left: (() => Promise<unknown>)[] = [];
    return {
      claims: this.#claims,
      ...(patienceMs !== undefined && { patienceMs }),
      start: async (task, args, options = {}) => {
        const run = await startRun(this.#parts, task, args, options);
        left.push(() => run.cancel('the clause is over'));
        return run;
      },
      startApart: async (task, args, ttlMs) => {
        const run = this.#startApart(task, args, ttlMs);
        left.push(() => this.#clear(run));
        return run;
      },
      kill: (worker) => killWorker(app.machine, worker),
      living: (run) => livingWorkers(app, run),
      processLives: (argument) => processLives(app.machine, argument),
      dispose: async () => void (await Promise.all(left.map((end) => end()))),
    };
  }

  async dispose(): Promise<void> {
    await this.#parts.app.dispose();
    await rm(this.#parts.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #startApart(task: string, args: readonly unknown[], ttlMs: number): ApartRun {
    const { folder, directories, app } = this.#parts;
    const name = `apart-${randomUUID().slice(0, 8)}`;
    const { AMBIT_EXECUTOR: _, AMBIT_BUILDER: __, NODE_OPTIONS: ___, ...plain } = process.env;
    const { state, machineState, cache } = directories;
    const own = { AMBIT_STATE: state, AMBIT_MACHINE_STATE: machineState, AMBIT_CACHE: cache, [briefProfile.variable]: String(ttlMs) };
    const env = { ...plain, ...own };
    const words = ['main.ts', task, '--name', name, '--config', fileURLToPath(this.#options.config), '--profile', briefProfile.name];
    const engine = new ApartEngine({ folder: join(folder, 'project'), env, words, args });
    return { name, says: (text) => engine.says(text), killEngine: () => engine.kill(), record: () => runRecord(app.runs, name) };
  }

  /** The engine of this run cannot do that any more. */
  async #clear(run: ApartRun): Promise<void> {
    await run.killEngine();
    const { events } = await run.record();
    for (const { type, data } of events) {
      if (type !== 'worker.reserved') continue;
      const { worker: id, executor: by, ...reserved } = data as unknown as ReservedData;
      const request = { id, run: run.name, owner: this.#parts.app.runs.owner };
      const reservation = { outcome: 'reserved', ...reserved, request } as unknown as Reservation;
      const executor = this.#parts.app.executors.get(by)!;
      await executor.stop(reservation, { graceMs: 0 }, never());
      await executor.release(reservation, never());
    }
  }
}

type ReservedData = Pick<Reservation, 'place' | 'gpus' | 'state'> & { readonly worker: string; readonly executor: string };

function never(): AbortSignal {
  return new AbortController().signal;
}
