import type { RunNotice, TypedRunEvent } from '@ambit/engine';

/** How far a run is that has not ended. */
export type Progress = 'building' | 'queued' | 'running';

/** Follows a run by its events. */
export class RunProgress {
  readonly #running = new Set<string>();
  readonly #building = new Set<string>();

  take({ type, data }: TypedRunEvent | RunNotice): void {
    if (type === 'attempt.started') this.#running.add(data.action);
    else if (type === 'attempt.ended' || type === 'action.ended') this.#running.delete(data.action);
    else if (type === 'image.started') this.#building.add(data.image);
    else if (type === 'image.ended') this.#building.delete(data.image);
  }

  get now(): Progress {
    if (this.#running.size > 0) return 'running';
    return this.#building.size > 0 ? 'building' : 'queued';
  }
}
