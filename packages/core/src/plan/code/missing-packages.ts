import type { EnvironmentDefinition, ImageDescription } from '../../model/definition.ts';
import { ownEntry, isFailed } from '../answers.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { layerFiles } from '../images/file-needs.ts';
import type { ImageUse } from '../images/image-uses.ts';
import { npmPackageName } from '../images/package-names.ts';
import type { BundleFacts, Facts, PackageUse } from '../plan.ts';

interface Packages {
  readonly uses: BundleFacts['packages'];
  readonly files: Facts['files'];
}

/** Packages that a bundle imports and its image lacks. Of images that others made nobody knows. */
export function reportMissingPackages(
  environment: EnvironmentDefinition,
  image: ImageUse,
  { uses, files }: Packages,
  found: Diagnostics,
): void {
  if (uses.length === 0 || image.kind !== 'image' || image.base.kind !== 'debian') return;
  const there = installedPackages(image.description, files);
  for (const use of uses) if (there && !there.has(use.name)) reportMissing(environment, use, found);
}

/** `undefined`: nobody knows. */
function installedPackages(description: ImageDescription, files: Facts['files']): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const layer of description.layers) {
    if (layer.kind !== 'npm' && layer.kind !== 'npm-project') continue;
    const installed = layer.kind === 'npm' ? layer.specs.map(npmPackageName) : projectPackages(layerFiles(layer)[0]?.key ?? '', files);
    for (const name of installed) {
      if (name === undefined) return undefined;
      names.add(name);
    }
  }
  return names;
}

function projectPackages(key: string, files: Facts['files']): readonly (string | undefined)[] {
  const facts = ownEntry(files, key);
  return facts === undefined || isFailed(facts) || facts.packages === undefined ? [undefined] : facts.packages;
}

function reportMissing({ name, at, image }: EnvironmentDefinition, use: PackageUse, found: Diagnostics): void {
  const { specifier, chain, optional } = use;
  const way = chain.length > 0 ? ` (${chain.join(' -> ')})` : '';
  const layer = `withNpmPackages('${use.name}')`;
  found.add({
    code: 'AMBIT_PLAN_MISSING_PACKAGE',
    severity: optional ? 'warning' : 'error',
    message: `${name} imports '${specifier}'${way}, and its image has no package ${use.name}.${optional ? ' The import is optional.' : ''}`,
    hint: image === undefined ? `Give ${name} an image: Image.fromDebianBase().${layer}.` : `Add .${layer} to the image of ${name}.`,
    at: chain.at(-1) ?? at,
    environment: name,
  });
}
