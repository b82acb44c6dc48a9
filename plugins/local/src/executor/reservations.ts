import type { Clock, ReserveAnswer, Reserved, WorkerRequest } from '@ambit/plugin-api';
import { isAlive } from '../machine/process-table.ts';
import { PLACE } from './capacity.ts';
import type { Capacity } from './capacity.ts';
import type { Ground } from './ground.ts';
import type { Leases, Wait } from './leases.ts';
import { settledStart } from './settled-start.ts';
import { fitOf } from './space.ts';
import type { Space } from './space.ts';
import type { ReservationRecord } from './worker-records.ts';
import { isStarted, lives } from './worker-state.ts';

/** Long enough for the builds that come between a reservation and its start. */
const lastsMs = 6 * 60 * 60 * 1000;

/** Who may have a worker here, and the space that is kept for it. */
export class Reservations {
  readonly #ground: Ground;
  readonly #clock: Clock;
  readonly #leases: Leases;

  constructor(ground: Ground, clock: Clock, leases: Leases) {
    this.#ground = ground;
    this.#clock = clock;
    this.#leases = leases;
  }

  /** The reservation of an id. One that was not started in its time is forgotten. */
  async of(id: string): Promise<ReservationRecord | undefined> {
    const record = this.#ground.records.reservation(id);
    const expiresAt = record?.answer.expiresAt;
    if (!record || expiresAt === undefined || expiresAt > this.#clock.now().toISOString() || this.#ground.records.start(id)) return record;
    await this.release(id);
    return undefined;
  }

  async reserve(request: WorkerRequest, capacity: Capacity, signal: AbortSignal): Promise<ReserveAnswer> {
    const known = await this.of(request.id);
    if (known) return known.answer;
    const fit = fitOf(request, capacity);
    if (fit.outcome === 'never') return fit;
    const { memory, gpus } = fit.space;
    if (memory + gpus > 0) await this.#attend(signal);
    const taken = await this.#leases.take(request.id, fit.space);
    if ('outcome' in taken) return told(taken, this.#others(request.run));
    const now = this.#clock.now();
    const expiresAt = new Date(now.getTime() + lastsMs).toISOString();
    const answer: Reserved = { outcome: 'reserved', place: PLACE, gpus: taken.gpus, state: { boot: this.#ground.boot }, expiresAt };
    const { owner, run, id } = request;
    return this.#ground.records.reserve(id, { owner, run, since: now.toISOString(), memory, answer }).answer;
  }

  /** Keeps the space of a reservation in this process, whoever made it. False where others have it by now. */
  async hold(id: string, record: ReservationRecord): Promise<boolean> {
    return !('outcome' in (await this.#leases.take(id, spaceOf(record))));
  }

  async release(id: string): Promise<void> {
    const record = this.#ground.records.reservation(id);
    if (record) await this.#leases.give(id, spaceOf(record));
    this.#ground.records.forget(id);
  }

  /** Before space is given away: workers that live keep theirs though their engine is gone, and those that are gone do not. */
  async #attend(signal: AbortSignal): Promise<void> {
    for (const id of this.#ground.records.ids()) {
      const record = await this.of(id);
      if (record && hasSpace(record) && !this.#leases.isHeld(id)) await this.#attendTo(id, record, signal);
    }
  }

  async #attendTo(id: string, record: ReservationRecord, signal: AbortSignal): Promise<void> {
    const { records, table, boot } = this.#ground;
    const begun = records.start(id);
    // Without a worker it is its engine that lives or does not: time tells.
    if (!begun || (!begun.complete && begun.boot === boot && (await isAlive(table, begun.by)))) return;
    const start = await settledStart(this.#ground, id, signal);
    if (!isStarted(start)) return;
    if (await lives(this.#ground, start)) await this.#leases.renew(id);
    else if (start.namespaced || start.boot !== boot) await this.#leases.give(id, spaceOf(record));
  }

  /** The other runs that have space here. */
  #others(run: string): readonly string[] {
    const { records } = this.#ground;
    const runs = records.ids().flatMap((id) => {
      const record = records.reservation(id);
      return record && record.run !== run && hasSpace(record) ? [record.run] : [];
    });
    return [...new Set(runs)];
  }
}

function told(waiting: Wait, others: readonly string[]): Wait {
  if (others.length === 0) return waiting;
  return { ...waiting, othersHold: true, reason: `${waiting.reason}; other runs have some: ${others.join(', ')}` };
}

function hasSpace({ memory, answer }: ReservationRecord): boolean {
  return memory > 0 || answer.gpus.length > 0;
}

/** What a reservation keeps: of GPUs, the very same. */
function spaceOf({ memory, answer: { gpus } }: ReservationRecord): Space {
  return { memory, gpus: gpus.length, wanted: gpus };
}
