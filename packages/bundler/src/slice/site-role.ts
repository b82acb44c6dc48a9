import type { Node } from 'oxc-parser';
import { memberName, unwrapped } from '../syntax/patterns.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, Unit } from './module-syntax.ts';
import { isPlainEnvironment } from './plain-environment.ts';
import { isPure } from './purity.ts';

/** What a site becomes in a bundle: a definition, or a reference to what is defined elsewhere. */
export type Role = { readonly kind: 'define'; readonly id: string } | ReferenceRole;

export type TaskRole = { readonly kind: 'task'; readonly id: string; readonly environment: string };

export type ReferenceRole = TaskRole | { readonly kind: 'environment'; readonly name: string };

/** What a site becomes in all bundles. */
export interface SiteRole {
  readonly elsewhere: ReferenceRole;
  /** In the bundle of the owner. Absent: it stays as it is. */
  readonly own?: Role;
  /** The environment of the task that it makes. */
  readonly owner?: string;
}

/** Only what made one thing, and nothing else, can be replaced by that thing. A site without a role stays as it is in all bundles. */
export function siteRole(graph: ModuleGraph, site: CodeSite): SiteRole | undefined {
  const [made, ...more] = site.observation.made;
  if (!made || more.length > 0) return undefined;
  const { module } = site.unit;
  if (made.kind === 'environment') {
    const role: Role = { kind: 'environment', name: made.name };
    return site.subject && isPlainEnvironment(graph, module, site.node) ? { elsewhere: role, own: role } : undefined;
  }
  const { id, environment } = made;
  const isPlain = site.subject && site.fn && isPlainEnvironment(graph, module, site.subject);
  return { elsewhere: { kind: 'task', id, environment }, owner: environment, ...(isPlain && { own: { kind: 'define', id } }) };
}

/** The site that is all there is to a unit, but for its name. */
export function siteIn(unit: Unit): CodeSite | undefined {
  const expression = expressionOf(unit);
  return expression && unit.module.sites.get(unwrapped(expression));
}

/** What a unit evaluates, where that is one expression. */
export function expressionOf({ expression, value }: Unit): Node | undefined {
  return expression ?? value?.initialiser;
}

/** Of `task.override({ … })`, `task`: the same task, if it is one. */
export function overridden(expression: Node): Node | undefined {
  const call = unwrapped(expression);
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || memberName(call.callee) !== 'override') return undefined;
  return call.arguments.every((argument) => argument.type !== 'SpreadElement' && isPure(argument)) ? call.callee.object : undefined;
}

/** Whether a unit that is no reference is another name for something, or a value that nothing can change: no code of anybody's own. */
export function isPlainName(unit: Unit): boolean {
  if (unit.kind !== 'code') return true;
  if (!unit.value) return false;
  if (!unit.value.initialiser) return true;
  const value = unwrapped(unit.value.initialiser);
  if (value.type === 'TemplateLiteral') return value.expressions.length === 0;
  if (value.type === 'UnaryExpression') return value.argument.type === 'Literal';
  return value.type === 'Identifier' || (value.type === 'Literal' && !('regex' in value));
}
