import type { TypedRunEvent, RunNotice } from '@ambit/engine';

interface LiveWorker {
  readonly environment: string;
  readonly executor: string;
  readonly place: string;
}

/** Which workers a run has by now, from its events. */
export class LiveWorkers {
  readonly #reserved = new Map<string, LiveWorker>();
  readonly #live = new Set<string>();

  take({ type, data }: TypedRunEvent | RunNotice): void {
    if (type === 'worker.reserved') this.#reserved.set(data.worker, data);
    else if (type === 'worker.start-requested') this.#live.add(data.worker);
    else if (type === 'worker.stopped' && data.confirmed) this.#live.delete(data.worker);
  }

  /** A line for each. */
  lines(): readonly string[] {
    return [...this.#live].map((id) => {
      const worker = this.#reserved.get(id);
      return worker ? `worker ${id} of ${worker.environment}, on ${worker.place} (${worker.executor})` : `worker ${id}`;
    });
  }
}
