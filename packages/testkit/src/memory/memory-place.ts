import type { Cause, OwnedItem, Reservation, Reserved, Stopped, WorkerEvent, WorkerHandle, WorkerRequest } from '@ambit/plugin-api';
import type { MemoryWorker } from './memory-worker.ts';

/** What is known of one request's id, from its reservation to its release. */
export interface PlaceEntry {
  readonly request: WorkerRequest;
  readonly answer: Reserved;
  readonly since: string;
  worker?: MemoryWorker;
  handle?: WorkerHandle;
  ended?: { readonly cause?: Cause; readonly exitCode?: number };
  stopped?: Exclude<Stopped, { stopped: 'no' }>;
}

/** Switches that make a place misbehave. A test sets them when it likes. */
export interface MemoryFaults {
  /** So many of the next starts give a worker that dies before it listens. */
  dieAtStart: number;
  /** So many of the next reservations are answered with `wait`. */
  wait: number;
  /** Set: the place cannot be reached, for this reason. */
  unreachable?: string;
}

/** What outlives an executor instance: its workers and reservations, as a machine's processes do. */
export interface MemoryPlace {
  readonly entries: Map<string, PlaceEntry>;
  readonly watchers: Set<(owner: string, event: WorkerEvent) => void>;
  readonly faults: MemoryFaults;
}

export function memoryPlace(): MemoryPlace {
  return { entries: new Map(), watchers: new Set(), faults: { dieAtStart: 0, wait: 0 } };
}

export function isLive(entry: PlaceEntry): boolean {
  return entry.worker !== undefined && entry.ended === undefined;
}

/** What an observer is told first of an entry. */
export function present(entry: PlaceEntry): WorkerEvent | undefined {
  const { id } = entry.request;
  if (!entry.handle) return undefined;
  return entry.ended ? { type: 'ended', id, ...entry.ended } : { type: 'running', id, handle: entry.handle };
}

export function ownedItem(entry: PlaceEntry): OwnedItem {
  const { request, answer, since } = entry;
  return { kind: entry.worker ? 'worker' : 'reservation', id: request.id, run: request.run, place: answer.place, since };
}

export function announce(place: MemoryPlace, owner: string, event: WorkerEvent): void {
  for (const watch of place.watchers) watch(owner, event);
}

/** The id of a handle's or reservation's worker. */
export function idOf(target: WorkerHandle | Reservation): string {
  return 'request' in target ? target.request.id : target.id;
}
