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

  reserve(
    request: Pick<WorkerRequest, 'id' | 'owner' | 'run' | 'resources'>,
    { id: daemon, memory: all }: Pick<DaemonInfo, 'id' | 'memory'>,
  ): ReserveAnswer {
    const { records, clock, place } = this.#parts;
    const known = this.of(request.id);
    if (known) return known.answer;
    const memory = request.resources.memory?.request ?? 0;
    const holders = memory > 0 ? this.#holders() : [];
    const taken = holders.reduce((sum, holder) => sum + holder.memory, 0);
    if (taken + memory > all) {
      const others = new Set(holders.map(({ run }) => run).filter((run) => run !== request.run));
      return told(waiting(memory, Math.max(0, all - taken), all), [...others]);
    }
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + lastsMs).toISOString();
    const { owner, run } = request;
    const answer = { outcome: 'reserved', place, gpus: [], state: { daemon }, expiresAt } as const;
    return records.settle(request.id, 'reservation', { owner, run, since: now.toISOString(), memory, answer }).answer;
  }

  /** Who has memory, of all engines that keep their state in this folder. */
  #holders(): readonly ReservationRecord[] {
    const known = this.#parts.records.ids().map((id) => this.of(id));
    return known.filter((record) => record !== undefined).filter(({ memory }) => memory > 0);
  }
}

function told(reason: string, others: readonly string[]): ReserveAnswer {
  const wait = { outcome: 'wait', reason, retryAfterMs: retryMs } as const;
  return others.length === 0 ? wait : { ...wait, othersHold: true, reason: `${reason}; other runs have some: ${others.join(', ')}` };
}

function waiting(memory: number, free: number, all: number): string {
  return `${formatBytes(memory)} of memory are asked for, and ${formatBytes(free)} of ${formatBytes(all)} are free`;
}
