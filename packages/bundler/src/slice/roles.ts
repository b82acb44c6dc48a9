import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, Region, Unit } from './module-syntax.ts';
import { unwrapped } from './patterns.ts';

/** What a site becomes in the bundle of one environment. A site without a role stays as it is. */
export type Role =
  | { readonly kind: 'define'; readonly id: string }
  | { readonly kind: 'task'; readonly id: string; readonly environment: string }
  | { readonly kind: 'environment'; readonly name: string };

export type Roles = ReadonlyMap<CodeSite, Role>;

/** Only what made one thing, and nothing else, can be replaced by that thing. */
export function rolesIn(graph: ModuleGraph, environment: string): Roles {
  const roles = new Map<CodeSite, Role>();
  const passed = passedOn(graph);
  for (const site of allSites(graph)) {
    const role = roleOf(site, environment);
    if (role && !(role.kind === 'define' && passed.has(role.id))) roles.set(site, role);
  }
  return roles;
}

/** Tasks that came out of several calls, one within another: what the outer one added would be lost if one of them were the task. */
function passedOn({ observations }: ModuleGraph): ReadonlySet<string> {
  const ids = observations.flatMap(({ made }) => [...new Set(made.flatMap((one) => (one.kind === 'task' ? [one.id] : [])))]);
  const seen = new Set<string>();
  return new Set(ids.filter((id) => seen.size === seen.add(id).size));
}

export function allSites(graph: ModuleGraph): readonly CodeSite[] {
  return [...graph.modules.values()].flatMap((module) => [...module.sites.values()]);
}

export function makesTaskOf(site: CodeSite, environment: string): boolean {
  return site.observation.made.some((made) => made.kind === 'task' && made.environment === environment);
}

export function makesForeignTask(site: CodeSite, environment: string): boolean {
  return site.observation.made.some((made) => made.kind === 'task' && made.environment !== environment);
}

/** Whether code is not in the bundle: a replaced call is around it, or a condition that is never true. */
export function isCut(region: Region | undefined, roles: Roles): boolean {
  for (let around = region; around; around = around.outer) {
    if (around.kind === 'never') return true;
    const role = roles.get(around.site);
    if (role && !(role.kind === 'define' && around.kind === 'function')) return true;
  }
  return false;
}

/** What a unit's only name refers to, where all that the unit does is to name it. */
export function referenceIn(unit: Unit, roles: Roles): Role | undefined {
  const site = unit.value?.initialiser && unit.module.sites.get(unwrapped(unit.value.initialiser));
  const role = site && roles.get(site);
  return role?.kind === 'define' ? undefined : role;
}

/** A name for a reference, for another name, or for a value that nothing can change: no code of the environment's own. */
export function isInert(unit: Unit, roles: Roles): boolean {
  if (unit.kind !== 'code') return true;
  if (!unit.value) return false;
  if (!unit.value.initialiser || referenceIn(unit, roles)) return true;
  const value = unwrapped(unit.value.initialiser);
  if (value.type === 'TemplateLiteral') return value.expressions.length === 0;
  if (value.type === 'UnaryExpression') return value.argument.type === 'Literal';
  return value.type === 'Identifier' || (value.type === 'Literal' && !('regex' in value));
}

function roleOf(site: CodeSite, environment: string): Role | undefined {
  const [made, ...more] = site.observation.made;
  if (!made || more.length > 0) return undefined;
  if (made.kind === 'environment') return { kind: 'environment', name: made.name };
  if (made.environment !== environment) return { kind: 'task', id: made.id, environment: made.environment };
  return site.fn ? { kind: 'define', id: made.id } : undefined;
}
