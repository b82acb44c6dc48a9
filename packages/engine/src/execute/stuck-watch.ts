import type { WorkerStops } from '../place/worker-stops.ts';
import type { ErrorDocument } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { ExecutorPool } from './executor-pool.ts';
import { stuckDocument } from './stuck.ts';

export interface StuckWatchParts {
  readonly executors: ReadonlyMap<string, ExecutorPool>;
  readonly recorder: Recorder;
  readonly stops: WorkerStops;
  /** Something is to happen by itself, whatever the workers do. */
  readonly isAwaited: () => boolean;
  readonly onStuck: (document: ErrorDocument) => void;
}

/** Looks whether a run can go on, whenever nothing of it seems to. */
export class StuckWatch {
  readonly #parts: StuckWatchParts;
  #isClosed = false;
  #looksSoon = false;

  constructor(parts: StuckWatchParts) {
    this.#parts = parts;
  }

  close(): void {
    this.#isClosed = true;
  }

  look(): void {
    const { executors, recorder, stops, isAwaited, onStuck } = this.#parts;
    if (this.#isClosed || this.#looksSoon || isAwaited() || [...executors.values()].some((executor) => executor.isMoving)) return;
    if (!recorder.isBusy && !stops.isBusy) {
      const stuck = stuckDocument([...executors.values()]);
      if (stuck) onStuck(stuck);
      return;
    }
    // What is stored, or given back, may set something going.
    this.#looksSoon = true;
    void Promise.all([recorder.settled(), stops.released()]).then(() => {
      this.#looksSoon = false;
      this.look();
    });
  }
}
