import type { BundleFacts } from '@ambit/core';
import type { Node } from 'oxc-parser';
import { lookUp, lookUpExport } from './look-up.ts';
import type { Meaning } from './look-up.ts';
import { loadedModules, placeOf } from './module-graph.ts';
import type { CodeSite, Load, ModuleSyntax, Unit } from './module-syntax.ts';
import { keyName, unwrapped } from './patterns.ts';
import { isCut, isInert, referenceIn } from './roles.ts';
import type { Role } from './roles.ts';
import type { Slice } from './slice.ts';

type Call = BundleFacts['calls'][number];
type TaskRole = Extract<Role, { kind: 'task' }>;

/** Uses of other environments' tasks in live code. To take a task without calling it counts too: somebody will. */
export function findCalls(slice: Slice): readonly Call[] {
  const calls = new Map<string, Call>();
  const add = (module: ModuleSyntax, start: number, { id, environment }: TaskRole): void => {
    const call = { task: id, environment, at: placeOf(module, start) };
    calls.set(`${call.at} ${id}`, call);
  };
  for (const unit of liveCode(slice)) {
    for (const { name, member, start, region } of unit.references)
      if (!isCut(region, slice.roles)) for (const role of tasksOf(slice, unit.module, name, member)) add(unit.module, start, role);
    for (const load of unit.loads)
      if (!isCut(load.region, slice.roles)) for (const role of tasksLoaded(slice, unit.module, load)) add(unit.module, load.start, role);
    for (const site of embeddedSites(slice, unit)) add(unit.module, site.start, slice.roles.get(site) as TaskRole);
  }
  return [...calls.values()];
}

function liveCode({ graph, reached, roles }: Slice): readonly Unit[] {
  const units = [...graph.modules.values()].flatMap((module) => module.units);
  return units.filter((unit) => unit.kind === 'code' && reached.units.has(unit) && !isInert(unit, roles));
}

function tasksLoaded(slice: Slice, from: ModuleSyntax, load: Load): readonly TaskRole[] {
  if (typeof load.names === 'string') return [];
  const meanings = load.names.flatMap((name) =>
    loadedModules(slice.graph, from, load).map((module) => lookUpExport(slice.graph, module, name).meaning),
  );
  return meanings.flatMap((meaning) => tasksMeant(slice, meaning, 0));
}

/** The tasks that a name stands for: directly, through another name, or as a member of an object. */
function tasksOf(slice: Slice, from: ModuleSyntax, name: string, member: string | undefined, depth = 0): readonly TaskRole[] {
  return tasksMeant(slice, lookUp(slice.graph, from, name, member).meaning, depth);
}

function tasksMeant(slice: Slice, meaning: Meaning, depth: number): readonly TaskRole[] {
  if (meaning.kind !== 'local' || depth > 100) return [];
  return (meaning.module.declared.get(meaning.name) ?? []).flatMap((unit) => {
    const role = referenceIn(unit, slice.roles);
    if (role) return role.kind === 'task' ? [role] : [];
    const value = unit.value?.initialiser && unwrapped(unit.value.initialiser);
    if (value?.type === 'Identifier') return tasksOf(slice, unit.module, value.name, meaning.member, depth + 1);
    return value?.type === 'ObjectExpression' ? tasksIn(slice, unit.module, value, meaning.member, depth) : [];
  });
}

function tasksIn(slice: Slice, module: ModuleSyntax, object: Node, member: string | undefined, depth: number): readonly TaskRole[] {
  if (object.type !== 'ObjectExpression') return [];
  return object.properties.flatMap((property) => {
    if (property.type !== 'Property' || (member !== undefined && keyName(property.key) !== member)) return [];
    const value = unwrapped(property.value);
    // Without a member, the object's own references were counted where it stands.
    if (value.type === 'Identifier') return member === undefined ? [] : tasksOf(slice, module, value.name, undefined, depth + 1);
    const role = roleAt(slice, module, value);
    return role ? [role] : [];
  });
}

/** Sites that became references in the midst of live code, and that no name leads to. */
function embeddedSites(slice: Slice, unit: Unit): readonly CodeSite[] {
  const value = unit.value?.initialiser && unwrapped(unit.value.initialiser);
  const named =
    value?.type === 'ObjectExpression' ? value.properties.flatMap((each) => (each.type === 'Property' ? [unwrapped(each.value)] : [])) : [];
  return [...unit.module.sites]
    .filter(
      ([node, site]) => site.unit === unit && roleAt(slice, unit.module, node) && !isCut(site.region, slice.roles) && !named.includes(node),
    )
    .map(([, site]) => site);
}

function roleAt({ roles }: Slice, module: ModuleSyntax, node: Node): TaskRole | undefined {
  const site = module.sites.get(node);
  const role = site && roles.get(site);
  return role?.kind === 'task' ? role : undefined;
}
