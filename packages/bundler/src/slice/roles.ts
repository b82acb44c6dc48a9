import type { Node } from 'oxc-parser';
import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, Region, Unit } from './module-syntax.ts';
import { isPlainEnvironment } from './plain-environment.ts';
import { unwrapped } from '../syntax/patterns.ts';

/** What a site becomes in the bundle of one environment. A site without a role stays as it is. */
export type Role =
  | { readonly kind: 'define'; readonly id: string }
  | { readonly kind: 'task'; readonly id: string; readonly environment: string }
  | { readonly kind: 'environment'; readonly name: string };

export type Roles = ReadonlyMap<CodeSite, Role>;

/** Only what made one thing, and nothing else, can be replaced by that thing. */
export function rolesIn(graph: ModuleGraph, environment: string): Roles {
  const roles = new Map<CodeSite, Role>();
  for (const module of graph.modules.values())
    for (const [node, site] of module.sites) {
      const role = roleOf(graph, node, site, environment);
      if (role) roles.set(site, role);
    }
  return roles;
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

function roleOf(graph: ModuleGraph, node: Node, site: CodeSite, environment: string): Role | undefined {
  const [made, ...more] = site.observation.made;
  if (!made || more.length > 0) return undefined;
  const { module } = site.unit;
  if (made.kind === 'task' && made.environment !== environment) return { kind: 'task', id: made.id, environment: made.environment };
  if (!site.subject) return undefined;
  if (made.kind === 'environment') return isPlainEnvironment(graph, module, node) ? { kind: 'environment', name: made.name } : undefined;
  return site.fn && isPlainEnvironment(graph, module, site.subject) ? { kind: 'define', id: made.id } : undefined;
}
