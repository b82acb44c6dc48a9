import { AmbitError } from '@ambit/plugin-api';
import type { BuilderDescription, DescribeOptions, Executor, ExecutorDescription, ImageBuilder } from '@ambit/plugin-api';

/** What builders and executors can: each is asked once. */
export class Descriptions {
  readonly #builders: ReadonlyMap<string, ImageBuilder>;
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(parts: { readonly builders: ReadonlyMap<string, ImageBuilder>; readonly executors: ReadonlyMap<string, Executor> }) {
    this.#builders = parts.builders;
    this.#executors = parts.executors;
  }

  /** What it said when it was asked for more will do too. */
  builder(name: string, signal: AbortSignal, options: DescribeOptions = {}): Promise<BuilderDescription> {
    const withPython = `builder ${name} with Python`;
    const key = options.python || this.#known.has(withPython) ? withPython : `builder ${name}`;
    return this.#once(key, () => builderNamed(this.#builders, name).describe(signal, options));
  }

  executor(name: string, signal: AbortSignal): Promise<ExecutorDescription> {
    return this.#once(`executor ${name}`, () => executorNamed(this.#executors, name).describe(signal));
  }

  /** One that could not answer is asked again. */
  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key) as Promise<T> | undefined;
    if (known) return known;
    const asked = (async () => ask())();
    this.#known.set(key, asked);
    asked.catch(() => this.#known.delete(key));
    return asked;
  }
}

export function builderNamed(builders: ReadonlyMap<string, ImageBuilder>, name: string): ImageBuilder {
  return builders.get(name) ?? unknown('builder', name, builders);
}

export function executorNamed(executors: ReadonlyMap<string, Executor>, name: string): Executor {
  return executors.get(name) ?? unknown('executor', name, executors);
}

function unknown(kind: string, name: string, known: ReadonlyMap<string, unknown>): never {
  throw new AmbitError(
    'AMBIT_ENGINE_PART_MISSING',
    `There is no ${kind} "${name}" here; there is ${[...known.keys()].join(', ') || 'none'}.`,
    {
      hint: `Name the ${kind} in the configuration, or plan again with what there is.`,
      facts: { kind, name, known: [...known.keys()] },
    },
  );
}
