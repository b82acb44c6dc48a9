import { callersOf } from './callers.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { Load, ModuleSyntax, Reference, Unit } from './module-syntax.ts';
import { Reach } from './reach.ts';
import type { Reached } from './reach.ts';
import { allSites, isCut, isInert, makesTaskOf, rolesIn } from './roles.ts';
import type { Roles } from './roles.ts';

/** What of the user's modules one environment needs. */
export interface Slice {
  readonly environment: string;
  readonly graph: ModuleGraph;
  readonly roles: Roles;
  /** Units that make tasks of the environment. */
  readonly roots: ReadonlySet<Unit>;
  readonly reached: Reached;
}

/** Cuts everything out of the user's modules that only other environments need. */
export function sliceEnvironment(graph: ModuleGraph, environment: string): Slice {
  const roles = rolesIn(graph, environment);
  const roots = rootUnits(graph, roles, environment);
  return { environment, graph, roles, roots, reached: reachFrom(graph, roots, roles) };
}

/** How far the roots reach with these roles; `muted` code is left out. */
export function reachFrom(
  graph: ModuleGraph,
  roots: Iterable<Unit>,
  roles: Roles,
  muted: (use: Reference | Load, unit: Unit) => boolean = () => false,
): Reached {
  const cut = cutReach(graph, roles);
  return new Reach(graph, {
    follows: (use, unit) => !isCut(use.region, roles) && !muted(use, unit),
    running: {
      needs: (unit) => !isInert(unit, roles),
      // What only cut code used has no purpose any more; what nobody used was there for its effect.
      hasEffect: (unit) => !unit.isPure && !isInert(unit, roles) && !cut.units.has(unit),
    },
  }).from(roots);
}

/** Modules in which the environment has tasks, in the order in which their top levels run. */
export function ownModules({ graph, roots }: Slice): readonly ModuleSyntax[] {
  const own = new Set([...roots].map((unit) => unit.module));
  return graph.order.flatMap((file) => [...own].filter((module) => module.file === file));
}

function cutReach(graph: ModuleGraph, roles: Roles): Reached {
  const reach = new Reach(graph, { follows: () => true });
  const uses = [...graph.modules.values()]
    .flatMap((module) => module.units)
    .flatMap((unit) => [...unit.references, ...unit.loads].filter((use) => isCut(use.region, roles)).map((use) => ({ unit, use })));
  return reach.fromUses(uses);
}

/** Where a task is made in a function, those who call the function are needed too. */
function rootUnits(graph: ModuleGraph, roles: Roles, environment: string): ReadonlySet<Unit> {
  const sites = allSites(graph).filter((site) => makesTaskOf(site, environment));
  const roots = new Set([...sites.map((site) => site.unit), ...unreadUnits(graph, environment)]);
  for (const unit of callersOf(graph, roles, sites)) roots.add(unit);
  return roots;
}

/** A module that could not be understood stays whole where it made a task of the environment. */
function unreadUnits(graph: ModuleGraph, environment: string): readonly Unit[] {
  const files = new Set(
    graph.observations
      .filter(({ made }) => made.some((one) => one.kind === 'task' && one.environment === environment))
      .map(({ site }) => site.file),
  );
  return [...graph.modules.values()]
    .filter((module) => module.problem !== undefined && files.has(module.file))
    .flatMap((module) => module.units);
}
