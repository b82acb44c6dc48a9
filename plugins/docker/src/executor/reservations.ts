import { formatBytes } from '@ambit/plugin-api';
import type { Clock, ReserveAnswer, WorkerRequest } from '@ambit/plugin-api';
import type { DaemonInfo } from '../daemon/daemon.ts';
import type { ReservationRecord, WorkerRecords } from './worker-records.ts';

/** Long enough for the builds that come between a reservation and its start. */
const lastsMs = 6 * 60 * 60 * 1000;
const retryMs = 1000;

export interface ReservationsParts {
  readonly records: WorkerRecords;
  readonly clock: Clock;
  readonly place: string;
}

/** Who may have a worker here, and the memory that is kept for it. */
export class Reservations {
  readonly #parts: ReservationsParts;

  constructor(parts: ReservationsParts) {
    this.#parts = parts;
  }

  /** One that was not started in its time is forgotten. */
  of(id: string): ReservationRecord | undefined {
    const { records, clock } = this.#parts;
    const known = records.read(id, 'reservation');
    const { expiresAt } = known?.answer ?? {};
    if (expiresAt === undefined || expiresAt > clock.now().toISOString() || records.read(id, 'started')) return known;
    records.forget(id);
    return undefined;
  }

  reserve(request: WorkerRequest, { id: daemon, memory: all }: DaemonInfo): ReserveAnswer {
    const { records, clock, place } = this.#parts;
    const known = this.of(request.id);
    if (known) return known.answer;
    const memory = request.resources.memory?.request ?? 0;
    const taken = memory > 0 ? this.#taken() : 0;
    if (taken + memory > all) return { outcome: 'wait', reason: waiting(memory, Math.max(0, all - taken), all), retryAfterMs: retryMs };
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + lastsMs).toISOString();
    const { owner, run } = request;
    const answer = { outcome: 'reserved', place, gpus: [], state: { daemon }, expiresAt } as const;
    return records.settle(request.id, 'reservation', { owner, run, since: now.toISOString(), memory, answer }).answer;
  }

  /** Of all engines that keep their state in this folder. */
  #taken(): number {
    return this.#parts.records.ids().reduce((sum, id) => sum + (this.of(id)?.memory ?? 0), 0);
  }
}

function waiting(memory: number, free: number, all: number): string {
  return `${formatBytes(memory)} of memory are asked for, and ${formatBytes(free)} of ${formatBytes(all)} are free`;
}
