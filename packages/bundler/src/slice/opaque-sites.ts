import type { Diagnostic } from '@ambit/core';
import { callersOf, isUseOf } from './callers.ts';
import { findPackages } from './find-packages.ts';
import { lookUp } from './look-up.ts';
import type { CodeSite, Load, Reference, Unit } from './module-syntax.ts';
import { allSites, isCut, makesForeignTask, makesTaskOf, referenceIn } from './roles.ts';
import type { Role, Roles } from './roles.ts';
import { ownModules, reachFrom } from './slice.ts';
import type { Slice } from './slice.ts';

/** Warns of code of other environments that could not be left out, where it needs packages. */
export function opaqueSites(slice: Slice): readonly Diagnostic[] {
  const { environment, reached, roles } = slice;
  const sites = allSites(slice.graph).filter(
    (site) =>
      makesForeignTask(site, environment) &&
      reached.units.has(site.unit) &&
      !isCut(site.region, roles) &&
      (site.when !== 'now' || !roles.has(site)),
  );
  return sites.flatMap((site) => {
    const packages = draggedBy(slice, site);
    return packages.length === 0 ? [] : [opaque(environment, site, packages)];
  });
}

/** The packages that would not be needed if what the site makes for others were references. */
function draggedBy(slice: Slice, site: CodeSite): readonly string[] {
  const { environment, graph, roles, roots } = slice;
  const without = makesTaskOf(site, environment) ? roles : withReference(roles, site);
  const callers = site.when !== 'now' ? foreignCallers(slice, site) : new Set<Unit>();
  const muted = (use: Reference | Load, unit: Unit): boolean =>
    callers.has(unit) && !('name' in use && isUseOf(slice.graph, unit, use, site.unit));
  const own = ownModules(slice);
  const lean = reachFrom(graph, roots, without, muted);
  const needed = new Set(findPackages({ graph, own, reached: lean, roles: without }).map(({ name }) => name));
  const found = findPackages({ graph, own, reached: slice.reached, roles }).map(({ name }) => name);
  return [...new Set(found)].filter((name) => !needed.has(name));
}

function withReference(roles: Roles, site: CodeSite): Roles {
  const [made] = site.observation.made;
  const role: Role | undefined = made?.kind === 'task' ? { kind: 'task', id: made.id, environment: made.environment } : undefined;
  return role ? new Map([...roles, [site, role]]) : roles;
}

/** Code that calls the function in which the site is, and does not do so for the environment itself. */
function foreignCallers(slice: Slice, site: CodeSite): ReadonlySet<Unit> {
  const callers = [...callersOf(slice.graph, slice.roles, [site])];
  return new Set(callers.filter((unit) => unit !== site.unit && !namesEnvironment(slice, unit, new Set())));
}

/** Whether what is evaluated there comes from the environment. */
function namesEnvironment(slice: Slice, unit: Unit, seen: Set<Unit>): boolean {
  if (seen.has(unit)) return false;
  seen.add(unit);
  const role = referenceIn(unit, slice.roles);
  if (role) return role.kind === 'environment' && role.name === slice.environment;
  return unit.references
    .filter(({ when }) => when === 'now')
    .some(({ name, path }) => {
      const { meaning } = lookUp(slice.graph, unit.module, name, path);
      const units = meaning.kind === 'local' ? (meaning.module.declared.get(meaning.name) ?? []) : [];
      return units.some((each) => namesEnvironment(slice, each, seen));
    });
}

function opaque(environment: string, site: CodeSite, packages: readonly string[]): Diagnostic {
  const { at } = site.observation.site;
  const tasks = site.observation.made.flatMap((made) => (made.kind === 'task' && made.environment !== environment ? [made.id] : []));
  const list = tasks.length > 3 ? `${tasks.slice(0, 3).join(', ')} and ${tasks.length - 3} more` : tasks.join(', ');
  return {
    code: 'AMBIT_BUNDLE_OPAQUE_TASK',
    severity: 'warning',
    message: `The call at ${at} makes ${list} in a way that cannot be told apart, so the bundle of ${environment} keeps their code, and with it needs ${packages.join(', ')}.`,
    hint: "Define each task by a call of its own at the top level of a module, with its function written there: `export const name = environment.task('name', async () => …)`.",
    at,
    environment,
  };
}
