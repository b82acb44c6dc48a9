import type { TellBuild } from '@ambit/plugin-api';

export interface ProgressStep {
  readonly name: string;
  readonly layer?: number;
}

/** Numbers the steps of one build in the order in which they are told. */
export class BuildProgress {
  readonly #tell: TellBuild;
  /** How many there are in all. */
  readonly of: number;
  #told = 0;

  constructor(of: number, tell: TellBuild) {
    this.of = of;
    this.#tell = tell;
  }

  /** Gives the number of the step. */
  step({ name, layer }: ProgressStep, cached: boolean): number {
    this.#told += 1;
    const of = Math.max(this.of, this.#told);
    this.#tell({ type: 'step', number: this.#told, of, name, cached, ...(layer === undefined ? {} : { layer }) });
    return this.#told;
  }

  bytes(step: number, done: number, total: number): void {
    this.#tell({ type: 'progress', step, done: Math.min(done, total), total, unit: 'bytes' });
  }

  log(step: number, stream: 'stdout' | 'stderr', text: string): void {
    this.#tell({ type: 'log', step, stream, text });
  }
}
