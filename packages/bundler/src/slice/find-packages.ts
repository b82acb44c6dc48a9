import type { PackageUse, Place } from '@ambit/core';
import { isPackage, packageName } from '../specifiers.ts';
import { placeAt } from '../syntax/parsed-module.ts';
import { loadedModules, moduleOf, targetOf } from './module-graph.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleSyntax, Unit } from './module-syntax.ts';
import type { Roles } from './roles.ts';
import type { NeededCode } from './slice.ts';

/** A place where live code asks for other modules or a package. */
interface Asking {
  readonly place: Place;
  readonly modules: readonly ModuleSyntax[];
  readonly specifier: string | undefined;
  readonly optional: boolean;
  /** Not seen by esbuild. */
  readonly hidden: boolean;
}

/** What live code of a module asks for, in the order of the code. */
function askings(module: ModuleSyntax, { graph, code, roles }: Needs): readonly Asking[] {
  return (code.get(module) ?? []).flatMap((unit): readonly Asking[] => {
    const { specifier, start } = unit;
    if (specifier === undefined) return loadings(unit, graph, roles);
    const next = moduleOf(graph, module, specifier);
    const facts = { optional: false, hidden: false, modules: next ? [next] : [] };
    return [{ ...facts, specifier: packageAt(graph, module, specifier), place: placeAt(module, start) }];
  });
}

function loadings({ module, loads }: Unit, graph: ModuleGraph, roles: Roles): readonly Asking[] {
  return loads
    .filter(({ region }) => !roles.isCut(region))
    .map((load) => ({
      place: placeAt(module, load.start),
      modules: loadedModules(graph, module, load),
      specifier: load.hidden ? load.specifier : packageAt(graph, module, load.specifier),
      optional: load.optional,
      hidden: load.hidden,
    }));
}

/** A package, and whether esbuild sees the import. */
export type FoundPackage = PackageUse & { readonly hidden: boolean };

/** Packages that live code uses, each with the shortest way to it from a module in which the environment has tasks. */
export function findPackages(needs: Needs): readonly FoundPackage[] {
  const found = new Map<string, FoundPackage>();
  const ways = new Map<ModuleSyntax, readonly Place[]>(needs.own.map((module) => [module, []]));
  // Modules that are added on the way are visited too: breadth first.
  for (const [module, way] of ways)
    for (const { modules, specifier, place, optional, hidden } of askings(module, needs)) {
      const chain = [...way, place];
      for (const next of modules) if (!ways.has(next)) ways.set(next, chain);
      if (specifier === undefined || !isPackage(specifier)) continue;
      const known = found.get(specifier);
      if (!known || (known.optional && !optional))
        found.set(specifier, { name: packageName(specifier), specifier, chain, optional, hidden });
    }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.specifier, b.specifier));
}

export interface Needs {
  readonly graph: ModuleGraph;
  readonly own: readonly ModuleSyntax[];
  readonly code: NeededCode;
  readonly roles: Roles;
}

function packageAt(graph: ModuleGraph, module: ModuleSyntax, specifier: string): string | undefined {
  const target = targetOf(graph, module, specifier);
  return target.kind === 'package' ? target.specifier : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
