import type { Cause, Placement, Reservation, WorkerHandle } from '@ambit/plugin-api';
import type { WorkerLink } from './worker-link.ts';

/** One worker of a run, from its reservation on. */
export interface RunWorker {
  readonly id: string;
  readonly environment: string;
  /** The executor's name. */
  readonly executor: string;
  readonly reservation: Reservation;
  /** Known before the place, for images that belong to no machine. */
  placement?: Placement;
  handle?: WorkerHandle;
  link?: WorkerLink;
  incarnation: string;
  /** Resolves when the reservation is stored. */
  readonly stored: Promise<void>;
}

/** A worker that is gone, or is given up. */
export interface Loss {
  readonly cause: Cause;
  /** It cannot be reached, and may still run what it was given: nothing of that may start a second time. */
  readonly mayStillRun: boolean;
}

export function lossOf(message: string, mayStillRun = false): Loss {
  return { cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_LOST', message, facts: {} }, mayStillRun };
}
