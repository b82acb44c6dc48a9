import { isBuiltin } from 'node:module';
import type { PackageUse, Place } from '@ambit/core';
import { loadedModules, moduleOf, placeOf, targetOf } from './module-graph.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleSyntax, Unit } from './module-syntax.ts';
import { isCut } from './roles.ts';
import type { Roles } from './roles.ts';
import type { Reached } from './reach.ts';

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
function askings(module: ModuleSyntax, { graph, reached, roles }: Needs): readonly Asking[] {
  return module.units.flatMap((unit): readonly Asking[] => {
    const { specifier, start } = unit;
    if (specifier === undefined) return reached.units.has(unit) ? loadings(unit, graph, roles) : [];
    if (!isNeeded(unit, reached)) return [];
    const next = moduleOf(graph, module, specifier);
    const facts = { optional: false, hidden: false, modules: next ? [next] : [] };
    return [{ ...facts, specifier: packageAt(graph, module, specifier), place: placeOf(module, start) }];
  });
}

function loadings({ module, loads }: Unit, graph: ModuleGraph, roles: Roles): readonly Asking[] {
  return loads
    .filter(({ region }) => !isCut(region, roles))
    .map((load) => ({
      place: placeOf(module, load.start),
      modules: loadedModules(graph, module, load),
      specifier: load.hidden ? load.specifier : packageAt(graph, module, load.specifier),
      optional: load.optional,
      hidden: load.hidden,
    }));
}

function isNeeded(unit: Unit, reached: Reached): boolean {
  return reached.units.has(unit) || reached.names.has(unit) || reached.effects.has(unit);
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
  readonly reached: Reached;
  readonly roles: Roles;
}

/** Whether a specifier is that of a package: not of a file, Node's own, or an address. */
export function isPackage(specifier: string): boolean {
  return !/^[./#]|^[a-z][a-z\d+.-]*:/i.test(specifier) && !isBuiltin(specifier);
}

export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function packageAt(graph: ModuleGraph, module: ModuleSyntax, specifier: string): string | undefined {
  const target = targetOf(graph, module, specifier);
  return target.kind === 'package' ? target.specifier : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
