import { workerFacts } from './worker-facts.ts';

/** The attempt that a piece of code belongs to. */
export interface TaskContext {
  readonly run: string;
  /** The id of the action: the same for all attempts at it. */
  readonly action: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborts when the attempt is cancelled: what does not end by itself is killed a little later. */
  readonly signal: AbortSignal;
  /** The GPUs that it may use. */
  readonly gpus: readonly { readonly uuid: string; readonly model: string }[];
  /** Says how far it is, to whoever watches. As often as one likes: what comes too fast to be read is passed over, but not the last. */
  progress(done: number, total?: number, note?: string): void;
}

/** The attempt that the code which asks belongs to; `undefined` outside of a run. */
export function taskContext(): TaskContext | undefined {
  return workerFacts()?.context();
}
