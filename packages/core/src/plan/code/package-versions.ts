import type { EnvironmentDefinition, ImageDescription, Place } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { ImageUse } from '../images/image-uses.ts';
import { npmPackageName } from '../images/package-names.ts';
import { ownEntry } from '../answers.ts';
import type { BundleFacts } from '../plan.ts';
import { areApart, versionRange } from './version-range.ts';

interface Installed {
  readonly spec: string;
  readonly at: Place | undefined;
}

/** Packages of which the image certainly installs another version than the user's `package.json` asks for. */
export function reportPackageVersions(environment: EnvironmentDefinition, image: ImageUse, bundle: BundleFacts, found: Diagnostics): void {
  if (bundle.wants === undefined || image.kind !== 'image') return;
  const installed = installedSpecs(image.description);
  for (const name of new Set(bundle.packages.map((use) => use.name))) {
    const wanted = ownEntry(bundle.wants, name);
    const there = installed.get(name);
    if (wanted === undefined || there === undefined || !isOther(versionOf(there.spec, name), wanted)) continue;
    found.add({
      code: 'AMBIT_PLAN_PACKAGE_VERSION',
      severity: 'warning',
      message: `${environment.name} imports ${name}, of which its image installs ${there.spec}, and package.json asks for ${wanted}.`,
      hint: `Write '${name}@${wanted}' in withNpmPackages, or change package.json.`,
      at: there.at ?? environment.at,
      environment: environment.name,
    });
  }
}

/** By name. A project with a file of its own is nobody's guess. */
function installedSpecs({ layers }: ImageDescription): ReadonlyMap<string, Installed> {
  const specs = new Map<string, Installed>();
  for (const layer of layers) {
    if (layer.kind === 'npm-project') specs.clear();
    if (layer.kind !== 'npm') continue;
    for (const spec of layer.specs) {
      const name = npmPackageName(spec);
      if (name !== undefined) specs.set(name, { spec, at: layer.at });
    }
  }
  return specs;
}

function versionOf(spec: string, name: string): string {
  return spec.slice(name.length + 1);
}

function isOther(installed: string, wanted: string): boolean {
  const [there, asked] = [versionRange(installed), versionRange(wanted)];
  return there !== undefined && asked !== undefined && areApart(there, asked);
}
