import type { Analysis } from './analysis.ts';
import type { CodeSite, Reference, Unit, When } from './module-syntax.ts';
import type { Roles } from './roles.ts';

interface Maker {
  readonly unit: Unit;
  /** When it makes something. */
  readonly when: When;
}

/** Units through which code at these sites may run: they call its function, or functions that do, or hold what has it as a method. */
export function callersOf(analysis: Analysis, roles: Roles, sites: readonly CodeSite[]): ReadonlySet<Unit> {
  const callers = new Set<Unit>();
  const seen = new Map<Unit, Set<When>>();
  const open: Maker[] = sites.filter(({ when }) => when !== 'now').map(({ unit, when }) => ({ unit, when }));
  for (let maker = open.pop(); maker; maker = open.pop()) {
    const known = seen.get(maker.unit) ?? new Set();
    if (maker.when === 'now' || known.has(maker.when)) continue;
    seen.set(maker.unit, known.add(maker.when));
    for (const { unit, use } of analysis.users(maker.unit)) {
      if (roles.isCut(use.region)) continue;
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

/** Whether a use is one of this unit. */
export function isUseOf(analysis: Analysis, user: Unit, use: Reference, unit: Unit): boolean {
  const { meaning } = analysis.meaning(user, use);
  if (meaning.kind === 'module') return meaning.module === unit.module;
  return meaning.kind === 'local' && meaning.module === unit.module && unit.names.has(meaning.name);
}
