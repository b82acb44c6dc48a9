import { lookUp } from './look-up.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, Reference, Unit, When } from './module-syntax.ts';
import { isCut } from './roles.ts';
import type { Roles } from './roles.ts';

interface Maker {
  readonly unit: Unit;
  /** When it makes something. */
  readonly when: When;
}

/** Units through which code at these sites may run: they call its function, or functions that do, or hold what has it as a method. */
export function callersOf(graph: ModuleGraph, roles: Roles, sites: readonly CodeSite[]): ReadonlySet<Unit> {
  const callers = new Set<Unit>();
  const units = [...graph.modules.values()].flatMap((module) => module.units);
  const seen = new Set<string>();
  const open: Maker[] = sites.filter(({ when }) => when !== 'now');
  const indices = new Map(units.map((unit, index) => [unit, index]));
  for (let maker = open.pop(); maker; maker = open.pop()) {
    const key = `${maker.when} ${indices.get(maker.unit) ?? ''}`;
    if (maker.when === 'now' || seen.has(key)) continue;
    seen.add(key);
    for (const unit of units)
      for (const use of unit === maker.unit ? [] : unit.references) {
        if (isCut(use.region, roles) || !isUseOf(graph, unit, use, maker.unit)) continue;
        callers.add(unit);
        open.push({ unit, when: whenMade(maker.when, use) });
      }
  }
  return callers;
}

/** To call a function makes what it makes; what else is done with it, or with an object, is not known. */
function whenMade(made: When, { when, isCalled }: Reference): When {
  return made === 'called' && isCalled ? when : 'later';
}

export function isUseOf(graph: ModuleGraph, { module }: Unit, { name, path }: Reference, unit: Unit): boolean {
  const { meaning } = lookUp(graph, module, name, path);
  if (meaning.kind === 'module') return meaning.module === unit.module;
  return meaning.kind === 'local' && meaning.module === unit.module && unit.names.has(meaning.name);
}
