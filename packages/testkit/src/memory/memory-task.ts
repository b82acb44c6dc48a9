import type { CallOptions, Digest, Json } from '@ambit/plugin-api';

/** What a task given as a function gets first; its arguments follow. */
export interface MemoryTaskContext {
  readonly action: string;
  readonly attempt: number;
  /** The variables and the working folder that its worker was asked for. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** Aborted when the attempt is cancelled, when its time is over, or when its worker ends. */
  readonly signal: AbortSignal;
  /** Calls another task through the engine. Throws where an argument cannot travel. */
  call(task: string, ...args: readonly unknown[]): Promise<unknown>;
  /** The same, with what this call is other than the task was defined. */
  callWith(options: CallOptions, task: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Writes to the attempt's output, as it is. */
  log(text: string, stream?: 'stdout' | 'stderr'): void;
  progress(data: Json): void;
  /** Tells what a step gave; told with a number that was used before, it is told again. */
  step(number: number, name: string, value: unknown): void;
  /** Stores a blob with the engine, and fetches one, over the connection that is there or comes next. */
  put(data: Uint8Array): Promise<Digest>;
  get(digest: Digest): Promise<Uint8Array>;
}

export type MemoryTask = (task: MemoryTaskContext, ...args: never[]) => unknown;
