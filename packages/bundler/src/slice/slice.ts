import type { Analysis } from './analysis.ts';
import { callersOf } from './callers.ts';
import type { Load, ModuleSyntax, Reference, Unit } from './module-syntax.ts';
import { Reach } from './reach.ts';
import type { Reached } from './reach.ts';
import { Roles } from './roles.ts';

/** What of the user's modules one environment needs. */
export interface Slice {
  readonly environment: string;
  readonly analysis: Analysis;
  readonly roles: Roles;
  /** Units that make tasks of the environment. */
  readonly roots: ReadonlySet<Unit>;
  readonly reached: Reached;
  readonly code: NeededCode;
}

/** The units that are needed, in the order of the text: of imports and re-exports too. Modules as they were found. */
export type NeededCode = ReadonlyMap<ModuleSyntax, readonly Unit[]>;

/** Cuts everything out of the user's modules that only other environments need. */
export function sliceEnvironment(analysis: Analysis, environment: string): Slice {
  const roles = new Roles(analysis, environment);
  const roots = rootUnits(analysis, roles);
  const reached = reachFrom(analysis, roots, roles);
  return { environment, analysis, roles, roots, reached, code: neededCode(analysis, reached) };
}

export interface ReachParts {
  /** Left out besides. */
  readonly muted?: (use: Reference | Load, unit: Unit) => boolean;
  /** What is not there for its effect besides. */
  readonly used?: ReadonlySet<Unit>;
}

/** How far the roots reach with these roles. */
export function reachFrom(analysis: Analysis, roots: Iterable<Unit>, roles: Roles, { muted, used }: ReachParts = {}): Reached {
  return new Reach(analysis, {
    follows: (use, unit) => !roles.isCut(use.region) && !muted?.(use, unit),
    running: {
      needs: (unit) => !roles.isInert(unit),
      // What only cut code used has no purpose any more; what nobody used was there for its effect.
      hasEffect: (unit) => !roles.isInert(unit) && (unit.isBare || !(roles.hasCutUse(unit) || used?.has(unit))),
    },
  }).from(roots);
}

export function neededCode(analysis: Analysis, { units, names, effects }: Reached): NeededCode {
  const found = new Map<ModuleSyntax, Unit[]>();
  for (const unit of new Set([...units, ...names.keys(), ...effects])) {
    const needed = found.get(unit.module);
    if (needed) needed.push(unit);
    else found.set(unit.module, [unit]);
  }
  const inText = (a: Unit, b: Unit): number => a.start - b.start;
  return new Map(analysis.asFound(found.keys()).map((module) => [module, found.get(module)!.sort(inText)]));
}

/** Modules in which the environment has tasks, in the order in which their top levels run. */
export function ownModules({ analysis, roots }: Pick<Slice, 'analysis' | 'roots'>): readonly ModuleSyntax[] {
  return analysis.inOrder(new Set([...roots].map((unit) => unit.module)));
}

/** Where a task is made in a function, those who call the function are needed too. */
function rootUnits(analysis: Analysis, roles: Roles): ReadonlySet<Unit> {
  const sites = analysis.sitesOf(roles.environment);
  const roots = new Set([...sites.map((site) => site.unit), ...analysis.unreadUnits(roles.environment)]);
  for (const unit of callersOf(analysis, roles, sites)) roots.add(unit);
  return roots;
}
