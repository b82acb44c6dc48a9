import type { BuildEvent } from '@ambit/plugin-api';

export interface BuildStep {
  readonly name: string;
  readonly layer?: number;
}

/** The steps of one build, told in order and each once. */
export class BuildSteps {
  readonly #steps: readonly BuildStep[];
  readonly #emit: (event: BuildEvent) => void;
  #told = 0;

  constructor(steps: readonly BuildStep[], emit: (event: BuildEvent) => void) {
    this.#steps = steps;
    this.#emit = emit;
  }

  /** Up to this one, the first being 1: those that nobody told were not needed. */
  begin(number: number): void {
    this.#tell(number - 1, true);
    this.#tell(number, false);
  }

  /** Up to this one: nothing was left to do. */
  cached(number: number): void {
    this.#tell(number, true);
  }

  log(stream: 'stdout' | 'stderr', text: string): void {
    this.#emit({ type: 'log', step: Math.max(this.#told, 1), stream, text });
  }

  #tell(to: number, cached: boolean): void {
    for (; this.#told < to; this.#told += 1) {
      const { name, layer } = this.#steps[this.#told] ?? { name: 'image' };
      const number = this.#told + 1;
      this.#emit({ type: 'step', number, of: this.#steps.length, name, cached, ...(layer === undefined ? {} : { layer }) });
    }
  }
}
