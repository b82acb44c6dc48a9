import { join } from 'node:path';
import type { Machine } from '@ambit/plugin-api';
import { isThere } from './machine-files.ts';
import { makeOnce } from './make-once.ts';
import type { Made, Making, MakingEvent, MakingOptions } from './make-once.ts';
import { SharedWork } from './shared-work.ts';

/** Directories that are made once, also for several in this process who want the same one. */
export class Makings {
  readonly #running = new Map<string, SharedWork<Made, MakingEvent>>();

  isThere(machine: Machine, { place, proof }: Pick<Making, 'place' | 'proof'>, signal: AbortSignal): Promise<boolean> {
    return isThere(machine, join(place, proof), signal);
  }

  async make(machine: Machine, making: Making, { signal, emit }: MakingOptions): Promise<Made> {
    const key = `${machine.id} ${making.place}`;
    const running = this.#running.get(key);
    if (running && !running.isAbandoned) return running.join(signal, emit);
    const work = new SharedWork<Made, MakingEvent>((shared, tell) => makeOnce(machine, making, { signal: shared, emit: tell }));
    this.#running.set(key, work);
    try {
      return await work.join(signal, emit);
    } finally {
      if (this.#running.get(key) === work) this.#running.delete(key);
    }
  }
}
