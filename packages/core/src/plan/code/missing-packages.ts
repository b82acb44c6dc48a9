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

/**
 * Packages that a bundle imports and its image lacks. What a base of the user's own has, nobody here knows: there it is a
 * warning, since an image that was made for the code may well have them.
 */
export function reportMissingPackages(
  environment: EnvironmentDefinition,
  image: ImageUse,
  { uses, files }: Packages,
  found: Diagnostics,
): void {
  if (uses.length === 0 || image.kind === 'unknown') return;
  const there = image.kind === 'image' ? installedPackages(image.description, files) : new Set<string>();
  const foreign = foreignBase(image);
  for (const use of uses) if (there && !there.has(use.name)) reportMissing(environment, { use, foreign }, found);
}

/** How messages call a base whose packages nobody knows. */
function foreignBase(image: Exclude<ImageUse, { kind: 'unknown' }>): string | undefined {
  if (image.kind === 'reference') return image.reference;
  const { kind, reference } = image.base;
  return kind === 'debian' ? undefined : kind === 'dockerfile' ? 'its Dockerfile' : reference;
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

interface Missing {
  readonly use: PackageUse;
  readonly foreign: string | undefined;
}

function reportMissing({ name, at, image }: EnvironmentDefinition, { use, foreign }: Missing, found: Diagnostics): void {
  const { specifier, chain, optional } = use;
  const way = chain.length > 0 ? ` (${chain.join(' -> ')})` : '';
  const layer = `withNpmPackages('${use.name}')`;
  const lack =
    foreign === undefined ? `its image has no package ${use.name}` : `nobody knows whether ${foreign} has the package ${use.name}`;
  found.add({
    code: 'AMBIT_PLAN_MISSING_PACKAGE',
    severity: optional || foreign !== undefined ? 'warning' : 'error',
    message: `${name} imports '${specifier}'${way}, and ${lack}.${optional ? ' The import is optional.' : ''}`,
    hint: typeof image === 'object' ? `Add .${layer} to the image of ${name}.` : `Give ${name} an image: ${startOf(image)}.${layer}.`,
    at: chain.at(-1) ?? at,
    environment: name,
  });
}

function startOf(reference: string | undefined): string {
  return reference === undefined ? 'Image.fromDebianBase()' : `Image.fromBase('${reference}')`;
}
