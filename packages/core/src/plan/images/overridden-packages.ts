import type { ImageDescription, LayerDescription, Place } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { npmPackageName, pipPackageName } from './package-names.ts';

interface Installed {
  readonly installer: 'npm' | 'pip';
  readonly name: string;
  readonly spec: string;
  readonly at: Place | undefined;
}

/** Of two layers that install one package the later wins: worth saying where they ask for different things. */
export function reportOverriddenPackages(description: ImageDescription, environment: string, found: Diagnostics): void {
  const installed = new Map<string, Installed>();
  for (const later of description.layers.flatMap(packagesOf)) {
    const key = `${later.installer} ${later.name}`;
    const first = installed.get(key);
    installed.set(key, later);
    if (first === undefined || first.spec === later.spec) continue;
    found.addOnce(JSON.stringify([first, later]), {
      code: 'AMBIT_PLAN_PACKAGE_OVERRIDDEN',
      severity: 'warning',
      message: `The image of ${environment} installs the ${later.installer} package ${later.name} twice: ${shown(first)}, then ${shown(later)}. The later wins.`,
      hint: `Leave out ${first.spec}, if ${later.spec} is what is wanted.`,
      at: later.at,
      environment,
    });
  }
}

function packagesOf(layer: LayerDescription & { readonly at?: Place }): readonly Installed[] {
  if (layer.kind !== 'npm' && layer.kind !== 'pip') return [];
  const installer = layer.kind;
  const nameOf = installer === 'npm' ? npmPackageName : pipPackageName;
  return layer.specs.flatMap((spec) => {
    const name = nameOf(spec);
    return name === undefined ? [] : [{ installer, name, spec, at: layer.at }];
  });
}

function shown({ spec, at }: Installed): string {
  return at === undefined ? spec : `${spec} (${at})`;
}
