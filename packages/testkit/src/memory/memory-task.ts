/** What a task given as a function gets first; its arguments follow. */
export interface MemoryTaskContext {
  readonly action: string;
  readonly attempt: number;
  /** Aborted when the attempt is cancelled or its worker ends. */
  readonly signal: AbortSignal;
  /** Calls another task through the engine. */
  call(task: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Writes to the attempt's output, as it is. */
  log(text: string, stream?: 'stdout' | 'stderr'): void;
}

export type MemoryTask = (task: MemoryTaskContext, ...args: never[]) => unknown;
