import type { Diagnostic, PackageUse } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import type { EnvironmentBundle } from '../project.ts';
import { findCalls } from '../slice/find-calls.ts';
import { findPackages } from '../slice/find-packages.ts';
import { opaqueSites } from '../slice/opaque-sites.ts';
import { ownModules } from '../slice/slice.ts';
import type { Slice } from '../slice/slice.ts';
import { packageName } from '../specifiers.ts';
import { bundleCode } from './bundle-code.ts';
import type { BundledCode } from './bundle-code.ts';
import type { MadeBundle } from './bundle-store.ts';
import { digestOf } from './digest.ts';
import { findAssets } from './find-assets.ts';
import type { Assets } from './find-assets.ts';
import { wantedVersions } from './wanted-versions.ts';

/** Slices the user's modules for some environments, and bundles what is left of them. */
export async function bundleSlices(slices: readonly Slice[], root: string): Promise<readonly PromiseSettledResult<MadeBundle>[]> {
  const found = await Promise.all(slices.map((slice) => findAssets(slice, root)));
  const codes = await bundleCode(
    slices.map((slice, index) => ({ slice, assets: found[index]!.texts })),
    root,
  );
  return codes.map((code, index) =>
    code.status === 'rejected' ? code : { status: 'fulfilled', value: madeBundle(slices[index]!, code.value, found[index]!, root) },
  );
}

function madeBundle(slice: Slice, code: BundledCode, assets: Assets, root: string): MadeBundle {
  const files = [...code.files.map(({ path, text }) => ({ path, data: Buffer.from(text) })), ...assets.files]
    .map(({ path, data }) => ({ path, mode: 0o644, data }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const packages = packagesOf(slice, code);
  const wants = wantedVersions(packages, root);
  const bundle: EnvironmentBundle = {
    environment: slice.environment,
    entry: 'entry.js',
    files,
    digest: bundleDigest(files),
    packages,
    ...(Object.keys(wants).length > 0 && { wants }),
    calls: findCalls(slice),
    diagnostics: [...unreadModules(slice), ...opaqueSites(slice), ...assets.diagnostics],
  };
  return { bundle, assets: assets.files.map(({ source, digest }) => ({ source, digest })) };
}

/** Over the code and the assets: source maps change with comments. */
function bundleDigest(files: EnvironmentBundle['files']): Digest {
  const counted = files.filter(({ path }) => !path.endsWith('.js.map'));
  return digestOf(JSON.stringify(counted.map(({ path, data }) => [path, digestOf(data)])));
}

/** What the slice needs and the bundle has: esbuild drops imports of which only types were used. */
function packagesOf(slice: Slice, bundled: BundledCode): readonly PackageUse[] {
  const { analysis, code, roles } = slice;
  const found = findPackages({ graph: analysis.graph, own: ownModules(slice), code, roles });
  const known = new Set(found.map(({ specifier }) => specifier));
  const used = found.filter(({ specifier, hidden }) => hidden || bundled.packages.has(specifier)).map(({ hidden: _, ...use }) => use);
  // What esbuild adds itself, for JSX.
  const added = [...bundled.packages]
    .filter(([specifier]) => !known.has(specifier))
    .map(([specifier, file]) => ({ name: packageName(specifier), specifier, chain: [`${file}:1`], optional: false }));
  return [...used, ...added].sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

function unreadModules({ environment, analysis, reached }: Slice): readonly Diagnostic[] {
  const unread = analysis.asFound(reached.running).filter(({ problem }) => problem !== undefined);
  return unread.map((module) => ({
    code: 'AMBIT_BUNDLE_WHOLE_MODULE',
    severity: 'warning',
    message: `${module.path} stays whole in the bundle of ${environment}: ${module.problem ?? ''}.`,
    hint: 'Correct the syntax of the module, or move what other environments need to another one.',
    at: `${module.path}:1`,
    environment,
  }));
}
