import { join } from 'node:path';
import type { Diagnostic, EnvironmentDefinition } from '@ambit/core';
import type { Observed } from '../observation.ts';
import type { EnvironmentBundle } from '../project.ts';
import { BundleStore } from './bundle-store.ts';
import { digestOf } from './digest.ts';
import type { BundleMaker } from './bundle-maker.ts';
import { projectKey } from './project-key.ts';

interface Wanted {
  readonly environment: EnvironmentDefinition;
  readonly resolve: (bundle: EnvironmentBundle) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The bundles of one loaded project. Those that are asked for at the same time are made together: looked up at once, and cut from the
 * same analysis of the code. What is in the cache costs no parser.
 */
export class ProjectBundles {
  readonly #observed: Observed;
  readonly #cacheDirectory: string;
  readonly #known = new Map<EnvironmentDefinition, Promise<EnvironmentBundle>>();
  /** By environment, the ids of the tasks that loading saw. */
  readonly #seen = new Map<string, Set<string>>();
  #wanted: Wanted[] = [];
  #store: Promise<BundleStore> | undefined;
  #maker: Promise<BundleMaker> | undefined;

  /** Bundles are kept in `bundles/` of the cache. */
  constructor(observed: Observed, cacheDirectory: string) {
    this.#observed = observed;
    this.#cacheDirectory = cacheDirectory;
    for (const { made } of observed.observations)
      for (const one of made)
        if (one.kind === 'task') this.#seen.set(one.environment, (this.#seen.get(one.environment) ?? new Set()).add(one.id));
  }

  /**
   * The code that tasks of one environment need, as one ES module and its assets. Everything that belongs only to other environments
   * is left out: their tasks and environments are references.
   */
  bundle(environment: EnvironmentDefinition): Promise<EnvironmentBundle> {
    const known = this.#known.get(environment);
    if (known) return known;
    const found = this.#seen.has(environment.name) ? this.#ask(environment) : Promise.resolve(emptyBundle(environment));
    const bundle = found.then((made) => this.#withUnseen(made, environment));
    this.#known.set(environment, bundle);
    // A failure may pass: a full disk, a missing file.
    bundle.catch(() => this.#known.delete(environment));
    return bundle;
  }

  #ask(environment: EnvironmentDefinition): Promise<EnvironmentBundle> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) setImmediate(() => void this.#answer());
      this.#wanted.push({ environment, resolve, reject });
    });
  }

  async #answer(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    try {
      this.#store ??= this.#openStore();
      const store = await this.#store;
      const looked = await Promise.all(wanted.map(async (each) => ({ each, bundle: await store.get(each.environment.name) })));
      const missing = looked.flatMap(({ each, bundle }) => (bundle ? [] : [each]));
      for (const { each, bundle } of looked) if (bundle) each.resolve(bundle);
      if (missing.length > 0) await this.#makeMissing(missing, store);
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  async #makeMissing(missing: readonly Wanted[], store: BundleStore): Promise<void> {
    this.#maker ??= import('./bundle-maker.ts').then(({ BundleMaker }) => new BundleMaker(this.#observed));
    const maker = await this.#maker;
    const outcomes = await maker.all(missing.map(({ environment }) => environment.name));
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (made.length > 0) await store.add(made);
    for (const [index, outcome] of outcomes.entries()) {
      const { resolve, reject } = missing[index]!;
      if (outcome.status === 'fulfilled') resolve(outcome.value.bundle);
      else reject(outcome.reason);
    }
  }

  #openStore(): Promise<BundleStore> {
    const key = projectKey(this.#observed).slice('sha256:'.length, 'sha256:'.length + 40);
    return BundleStore.open(join(this.#cacheDirectory, 'bundles', key), this.#observed.root);
  }

  #withUnseen(bundle: EnvironmentBundle, { name, tasks }: EnvironmentDefinition): EnvironmentBundle {
    const unseen = [...tasks.values()].filter(({ id }) => this.#seen.get(name)?.has(id) !== true);
    if (unseen.length === 0) return bundle;
    const diagnostics = unseen.map(({ id, at }): Diagnostic => ({
      code: 'AMBIT_BUNDLE_UNSEEN_TASK',
      severity: 'warning',
      message: `The task ${id} was defined in a way that loading did not see, so the bundle of ${name} does not have it.`,
      hint: 'Define the task in a module of the project, by a plain call: `environment.task(name, fn)`.',
      ...(at !== undefined && { at }),
      environment: name,
    }));
    return { ...bundle, diagnostics: [...diagnostics, ...bundle.diagnostics] };
  }
}

function emptyBundle({ name }: EnvironmentDefinition): EnvironmentBundle {
  const files = [{ path: 'entry.js', mode: 0o644, data: new Uint8Array() }];
  return { environment: name, entry: 'entry.js', files, digest: digestOf(''), packages: [], calls: [], diagnostics: [] };
}
