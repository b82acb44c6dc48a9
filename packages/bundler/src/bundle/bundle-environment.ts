import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic, EnvironmentDefinition } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import type { Observed } from '../observation.ts';
import type { EnvironmentBundle } from '../project.ts';
import { readBundle, writeBundle } from './bundle-cache.ts';
import { digestOf } from './digest.ts';

/** Counts what a bundle of the same code would be another for, between releases. */
const FORMAT = 2;

export interface BundleOptions {
  /** Bundles are kept in `bundles/` below it. */
  readonly cacheDirectory: string;
}

/**
 * The code that tasks of one environment need, as one ES module and its assets. Everything that belongs only to other environments
 * is left out: their tasks and environments are references. Made once per content; what is in the cache costs no parser.
 */
export async function bundleEnvironment(
  observed: Observed,
  environment: EnvironmentDefinition,
  options: BundleOptions,
): Promise<EnvironmentBundle> {
  const unseen = unseenTasks(observed, environment);
  const bundle = hasTasks(observed, environment) ? await keptBundle(observed, environment, options) : emptyBundle(environment);
  return { ...bundle, diagnostics: [...unseen, ...bundle.diagnostics] };
}

async function keptBundle(
  observed: Observed,
  environment: EnvironmentDefinition,
  { cacheDirectory }: BundleOptions,
): Promise<EnvironmentBundle> {
  const project = projectKey(observed);
  const key = digestOf(JSON.stringify([project, environment.name])).slice('sha256:'.length, 'sha256:'.length + 40);
  const directory = join(cacheDirectory, 'bundles', key);
  const kept = await readBundle(directory, observed.root);
  if (kept) return kept;
  const { makeBundle } = await import('./make-bundle.ts');
  const made = await makeBundle(observed, environment, project);
  await writeBundle(directory, made);
  return made.bundle;
}

function hasTasks({ observations }: Observed, { name }: EnvironmentDefinition): boolean {
  return observations.some(({ made }) => made.some((one) => one.kind === 'task' && one.environment === name));
}

function emptyBundle({ name }: EnvironmentDefinition): EnvironmentBundle {
  const files = [{ path: 'entry.js', mode: 0o644, data: new Uint8Array() }];
  return { environment: name, entry: 'entry.js', files, digest: digestOf(''), packages: [], calls: [], diagnostics: [] };
}

/** All that decides what bundles of a project are, wherever it lies. */
function projectKey({ entry, root, sources, observations }: Observed): Digest {
  const path = (file: string): string => relative(root, file).split(sep).join('/');
  const seen = observations.map(({ site, made }) => [path(site.file), site.start, site.end, site.at, made]);
  return digestOf(JSON.stringify([FORMAT, packageVersion(), sources, path(entry), seen]));
}

let version: string | undefined;

function packageVersion(): string {
  version ??= readVersion(new URL('.', import.meta.url));
  return version;
}

/** Of the nearest `package.json`: built or not, that is this package's. */
function readVersion(folder: URL): string {
  const file = fileURLToPath(new URL('package.json', folder));
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  return readVersion(new URL('..', folder));
}

function unseenTasks({ observations }: Observed, { name, tasks }: EnvironmentDefinition): readonly Diagnostic[] {
  const seen = new Set(observations.flatMap(({ made }) => made.map((one) => (one.kind === 'task' ? one.id : ''))));
  return [...tasks.values()]
    .filter(({ id }) => !seen.has(id))
    .map(({ id, at }) => ({
      code: 'AMBIT_BUNDLE_UNSEEN_TASK',
      severity: 'warning',
      message: `The task ${id} was defined in a way that loading did not see, so the bundle of ${name} does not have it.`,
      hint: 'Define the task in a module of the project, by a plain call: `environment.task(name, fn)`.',
      ...(at !== undefined && { at }),
      environment: name,
    }));
}
