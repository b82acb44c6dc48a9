import type { Diagnostic } from '@ambit/core';
import { callersOf, isUseOf } from './callers.ts';
import { findPackages } from './find-packages.ts';
import type { CodeSite, Load, Reference, Unit } from './module-syntax.ts';
import { Reach } from './reach.ts';
import { Roles, isWithin, makesForeignTask, makesTaskOf } from './roles.ts';
import { neededCode, ownModules, reachFrom } from './slice.ts';
import type { Slice } from './slice.ts';

/** Warns of code of other environments that could not be left out, where it needs packages. */
export function opaqueSites(slice: Slice): readonly Diagnostic[] {
  const { analysis, environment, reached, roles } = slice;
  const isKept = (site: CodeSite): boolean =>
    makesForeignTask(site, environment) && reached.units.has(site.unit) && !roles.isCut(site.region);
  const sites = analysis.opaqueSites.filter(isKept);
  if (sites.length === 0) return [];
  const needed = packagesOf(slice, slice);
  if (needed.length === 0) return [];
  return sites.flatMap((site) => {
    const without = new Set(packagesWithout(slice, site));
    const packages = needed.filter((name) => !without.has(name));
    return packages.length === 0 ? [] : [opaque(environment, site, packages)];
  });
}

function packagesOf(slice: Slice, { roles, code }: Pick<Slice, 'roles' | 'code'>): readonly string[] {
  const found = findPackages({ graph: slice.analysis.graph, own: ownModules(slice), code, roles });
  return [...new Set(found.map(({ name }) => name))];
}

/** The packages that would still be needed if what the site makes for others were references. */
function packagesWithout(slice: Slice, site: CodeSite): readonly string[] {
  const { environment, analysis, roots } = slice;
  const isOwn = makesTaskOf(site, environment);
  const roles = isOwn ? slice.roles : new Roles(analysis, environment, site);
  const callers = site.when !== 'now' ? foreignCallers(slice, site) : new Set<Unit>();
  const muted = (use: Reference | Load, unit: Unit): boolean =>
    callers.has(unit) && !('name' in use && isUseOf(analysis, unit, use, site.unit));
  const lean = reachFrom(analysis, roots, roles, { muted, ...(!isOwn && { used: usedBySite(slice, site) }) });
  return packagesOf(slice, { roles, code: neededCode(analysis, lean) });
}

function usedBySite({ analysis }: Slice, site: CodeSite): ReadonlySet<Unit> {
  const { unit } = site;
  const uses = [...unit.references, ...unit.loads].filter(({ region }) => isWithin(region, site));
  return new Reach(analysis, { follows: () => true }).fromUses(unit, uses).units;
}

/** Code that calls the function in which the site is, and does not do so for the environment itself. */
function foreignCallers(slice: Slice, site: CodeSite): ReadonlySet<Unit> {
  const callers = [...callersOf(slice.analysis, slice.roles, [site])];
  return new Set(callers.filter((unit) => unit !== site.unit && !namesEnvironment(slice, unit, new Set())));
}

/** Whether what is evaluated there comes from the environment. */
function namesEnvironment(slice: Slice, unit: Unit, seen: Set<Unit>): boolean {
  if (seen.has(unit)) return false;
  seen.add(unit);
  const role = slice.roles.referenceIn(unit);
  if (role) return role.kind === 'environment' && role.name === slice.environment;
  return unit.references
    .filter(({ when }) => when === 'now')
    .some((use) => {
      const { meaning } = slice.analysis.meaning(unit, use);
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
