import type { Diagnostic, EnvironmentDefinition, PackageUse } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import type { Observed } from '../observation.ts';
import type { EnvironmentBundle } from '../project.ts';
import { findCalls } from '../slice/find-calls.ts';
import { findPackages, packageName } from '../slice/find-packages.ts';
import type { ModuleGraph } from '../slice/module-graph.ts';
import type { ModuleSyntax } from '../slice/module-syntax.ts';
import { opaqueSites } from '../slice/opaque-sites.ts';
import { ownModules, sliceEnvironment } from '../slice/slice.ts';
import type { Slice } from '../slice/slice.ts';
import { bundleCode } from './bundle-code.ts';
import type { BundledCode } from './bundle-code.ts';
import { digestOf } from './digest.ts';
import { findAssets } from './find-assets.ts';
import type { Asset } from './find-assets.ts';
import { readProject } from './read-project.ts';

/** A bundle, and the files of the user's in it that loading did not read. */
export interface MadeBundle {
  readonly bundle: EnvironmentBundle;
  readonly assets: readonly Pick<Asset, 'source' | 'digest'>[];
}

/** Projects that were read, the last few: the environments of one project are bundled at once. */
const projects = new Map<string, Promise<ModuleGraph>>();
const PROJECTS_KEPT = 4;

/** Slices the user's modules for one environment and bundles what is left. */
export async function makeBundle(observed: Observed, environment: EnvironmentDefinition, project: Digest): Promise<MadeBundle> {
  const slice = sliceEnvironment(await sharedProject(observed, project), environment.name);
  const assets = await findAssets(slice, observed.root);
  const code = await bundleCode(slice, observed.root, assets.texts);
  const files = [...code.files.map(({ path, text }) => ({ path, data: Buffer.from(text) })), ...assets.files]
    .map(({ path, data }) => ({ path, mode: 0o644, data }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const diagnostics = [...unreadModules(slice), ...opaqueSites(slice), ...assets.diagnostics];
  const bundle: EnvironmentBundle = {
    environment: environment.name,
    entry: 'entry.js',
    files,
    digest: bundleDigest(files),
    packages: packagesOf(slice, code),
    calls: findCalls(slice),
    diagnostics,
  };
  return { bundle, assets: assets.files.map(({ source, digest }) => ({ source, digest })) };
}

/** Over the code and the assets: source maps change with comments. */
export function bundleDigest(files: EnvironmentBundle['files']): Digest {
  const counted = files.filter(({ path }) => !path.endsWith('.js.map'));
  return digestOf(JSON.stringify(counted.map(({ path, data }) => [path, digestOf(data)])));
}

function sharedProject(observed: Observed, project: Digest): Promise<ModuleGraph> {
  const key = `${project} ${observed.root}`;
  const known = projects.get(key);
  if (known) return known;
  const read = readProject(observed);
  projects.set(key, read);
  read.catch(() => projects.delete(key));
  for (const old of [...projects.keys()].slice(0, -PROJECTS_KEPT)) projects.delete(old);
  return read;
}

/** What the slice needs and the bundle has: esbuild drops imports of which only types were used. */
function packagesOf(slice: Slice, code: BundledCode): readonly PackageUse[] {
  const { graph, reached, roles } = slice;
  const found = findPackages({ graph, own: ownModules(slice), reached, roles });
  const known = new Set(found.map(({ specifier }) => specifier));
  const used = found.filter(({ specifier, hidden }) => hidden || code.packages.has(specifier)).map(({ hidden: _, ...use }) => use);
  // What esbuild adds itself, for JSX.
  const added = [...code.packages]
    .filter(([specifier]) => !known.has(specifier))
    .map(([specifier, file]) => ({ name: packageName(specifier), specifier, chain: [`${file}:1`], optional: false }));
  return [...used, ...added].sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

function unreadModules({ environment, graph, reached }: Slice): readonly Diagnostic[] {
  const isUnread = (module: ModuleSyntax): boolean => module.problem !== undefined && reached.running.has(module);
  return [...graph.modules.values()].filter(isUnread).map((module) => ({
    code: 'AMBIT_BUNDLE_WHOLE_MODULE',
    severity: 'warning',
    message: `${module.path} stays whole in the bundle of ${environment}: ${module.problem ?? ''}.`,
    hint: 'Correct the syntax of the module, or move what other environments need to another one.',
    at: `${module.path}:1`,
    environment,
  }));
}
