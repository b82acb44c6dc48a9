import type { Clock, ReserveAnswer, Reserved, WorkerRequest } from '@ambit/plugin-api';
import { PLACE } from './capacity.ts';
import type { Capacity } from './capacity.ts';
import { Space } from './space.ts';
import type { ReservationRecord, WorkerRecords } from './worker-records.ts';

/** Long enough for the builds that come between a reservation and its start. */
const lastsMs = 6 * 60 * 60 * 1000;

/** Who may have a worker here, and the space that is kept for it. */
export class Reservations {
  readonly #records: WorkerRecords;
  readonly #clock: Clock;
  readonly #space = new Space();

  constructor(records: WorkerRecords, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** The reservation of an id. One that was not started in its time is forgotten. */
  of(id: string): ReservationRecord | undefined {
    const record = this.#records.reservation(id);
    const expiresAt = record?.answer.expiresAt;
    if (!record || expiresAt === undefined || expiresAt > this.#clock.now().toISOString() || this.#records.start(id)) return record;
    this.#records.forget(id);
    return undefined;
  }

  reserve(request: WorkerRequest, capacity: Capacity, boot: string): ReserveAnswer {
    const known = this.of(request.id);
    if (known) return this.hold(request, known);
    for (const id of this.#space.holders()) if (!this.of(id)) this.#space.free(id);
    const admission = this.#space.admit(request, capacity);
    if (admission.outcome !== 'fits') return admission;
    const now = this.#clock.now();
    const expiresAt = new Date(now.getTime() + lastsMs).toISOString();
    const answer: Reserved = { outcome: 'reserved', place: PLACE, gpus: admission.gpus, state: { boot }, expiresAt };
    return this.hold(
      request,
      this.#records.reserve(request.id, { owner: request.owner, run: request.run, since: now.toISOString(), answer }),
    );
  }

  /** Counts a reservation's space in this process too, whoever made it. */
  hold(request: WorkerRequest, { answer }: ReservationRecord): Reserved {
    this.#space.take(request, answer.gpus);
    return answer;
  }

  release(id: string): void {
    this.#records.forget(id);
    this.#space.free(id);
  }
}
