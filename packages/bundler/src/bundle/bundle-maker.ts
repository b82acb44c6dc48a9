import type { Observed } from '../observation.ts';
import { Analysis } from '../slice/analysis.ts';
import { sliceEnvironment } from '../slice/slice.ts';
import type { Slice } from '../slice/slice.ts';
import type { MadeBundle } from './bundle-store.ts';
import { bundleSlices } from './bundle-slices.ts';
import { changedFile, readProject } from './read-project.ts';

/** Syntax trees are large, and a project may live long after its bundles were made. */
const keptMs = 10_000;
/** While esbuild works on some, others are cut. */
const workers = 3;
const modulesAtOnce = 64;

/** Makes bundles of one project; those that are made soon after each other share what is known of the code. */
export class BundleMaker {
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
      const made = await allOf(analysis, environments, this.#observed.root);
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

/** Environment after environment, as many at once as they are small. */
async function allOf(
  analysis: Analysis,
  environments: readonly string[],
  root: string,
): Promise<readonly PromiseSettledResult<MadeBundle>[]> {
  const outcomes: PromiseSettledResult<MadeBundle>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < environments.length) {
      const first = next;
      const slices: Slice[] = [];
      for (let modules = 0; next < environments.length && modules < modulesAtOnce; next += 1) {
        const slice = sliceEnvironment(analysis, environments[next]!);
        slices.push(slice);
        modules += slice.code.size;
      }
      for (const [index, outcome] of (await bundleSlices(slices, root)).entries()) outcomes[first + index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return outcomes;
}
