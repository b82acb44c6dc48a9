import type { Action } from './action.ts';
import type { WorkerLoad } from './worker-load.ts';

/** One try of an action, on one worker. */
export class Attempt {
  readonly action: Action;
  readonly number: number;
  readonly load: WorkerLoad;
  /** It was handed over; before that its placing is being stored. */
  isSent = false;
  hasStarted = false;
  /** It has reported, or was given up: nothing of it counts any more. */
  isOver = false;
  /** The calls that wait for an outcome. */
  readonly open = new Set<number>();
  /** The id of the action of each call, in call order. */
  readonly callIds: string[] = [];
  readonly #occurrences = new Map<string, number>();
  #steps: Set<number> | undefined;

  constructor(action: Action, load: WorkerLoad) {
    this.action = action;
    this.number = action.attempts;
    this.load = load;
  }

  /** How many equal calls there were before this one. */
  occurrence(task: string, input: string, group?: readonly string[]): number {
    const key = group ? JSON.stringify([task, input, group]) : `${task} ${input}`;
    const count = this.#occurrences.get(key) ?? 0;
    this.#occurrences.set(key, count + 1);
    return count;
  }

  /** False for a step that was told before. */
  isNewStep(step: number): boolean {
    const steps = (this.#steps ??= new Set());
    return !steps.has(step) && steps.add(step) !== undefined;
  }
}
