import type { Observed } from '../observation.ts';
import { Analysis } from '../slice/analysis.ts';
import type { MadeBundle } from './bundle-store.ts';
import { makeBundle } from './make-bundle.ts';
import { changedFile, readProject } from './read-project.ts';

/** Syntax trees are large, and a project may live long after its bundles were made. */
const keptMs = 10_000;
/** esbuild works on several at once; more of them only take memory. */
const atOnce = 8;

/** Makes bundles of one project; those that are made soon after each other share what is known of the code. */
export class MakeBundles {
  readonly #observed: Observed;
  #analysis: Promise<Analysis> | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(observed: Observed) {
    this.#observed = observed;
  }

  /** In the order of the environments. Nothing is said of code that is not the one that was loaded. */
  async all(environments: readonly string[]): Promise<readonly PromiseSettledResult<MadeBundle>[]> {
    clearTimeout(this.#forgetting);
    try {
      this.#analysis ??= readProject(this.#observed).then((graph) => new Analysis(graph));
      const analysis = await this.#analysis;
      const made = await settled(environments, (name) => makeBundle(analysis, name, this.#observed.root));
      const changed = this.#observed.changed();
      if (changed !== undefined) throw changedFile(changed);
      return made;
    } catch (error) {
      this.#analysis = undefined;
      throw error;
    } finally {
      this.#forgetting = setTimeout(() => (this.#analysis = undefined), keptMs);
      this.#forgetting.unref();
    }
  }
}

async function settled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly PromiseSettledResult<R>[]> {
  const outcomes: PromiseSettledResult<R>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const [outcome] = await Promise.allSettled([work(items[index]!)]);
      outcomes[index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return outcomes;
}
