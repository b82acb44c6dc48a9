import type { BundleFacts } from '@ambit/core';
import type { Node, ObjectProperty } from 'oxc-parser';
import { placeAt } from '../syntax/parsed-module.ts';
import { keyName, nameAndPath, unwrapped } from '../syntax/patterns.ts';
import { lookUp, lookUpExport } from './look-up.ts';
import type { Meaning } from './look-up.ts';
import { loadedModules } from './module-graph.ts';
import type { Load, ModuleSyntax, Unit } from './module-syntax.ts';
import { overridden } from './site-role.ts';
import type { TaskRole } from './site-role.ts';
import type { Slice } from './slice.ts';

type Call = BundleFacts['calls'][number];

/** Uses of other environments' tasks in live code. To take a task without calling it counts too: somebody will. */
export function findCalls(slice: Slice): readonly Call[] {
  const calls = new Map<string, Call>();
  for (const unit of liveCode(slice))
    for (const { start, roles } of usesIn(slice, unit))
      for (const { id, environment } of roles) {
        const call = { task: id, environment, at: placeAt(unit.module, start) };
        calls.set(`${call.at} ${id}`, call);
      }
  return [...calls.values()];
}

function liveCode({ code, roles }: Slice): readonly Unit[] {
  return [...code.values()].flat().filter((unit) => unit.kind === 'code' && !roles.isInert(unit));
}

interface Use {
  readonly start: number;
  readonly roles: readonly TaskRole[];
}

/** In an object of tasks, those are not used yet: who takes them from it, uses them. */
function usesIn(slice: Slice, unit: Unit): readonly Use[] {
  const { module } = unit;
  const held = new Set(propertiesOf(unit).map(({ value }) => unwrapped(value).start));
  const isLive = ({ start, region }: Pick<Load, 'start' | 'region'>): boolean => !slice.roles.isCut(region) && !held.has(start);
  const named = unit.references.filter(isLive).map(({ name, path, start }) => ({ start, roles: tasksOf(slice, module, name, path) }));
  const loaded = unit.loads.filter(isLive).map((load) => ({ start: load.start, roles: tasksLoaded(slice, module, load) }));
  const made = unit.sites.filter(isLive).map(({ node, start }) => ({ start, roles: tasksAt(slice, module, node) }));
  return [...named, ...loaded, ...made];
}

function tasksOf(slice: Slice, from: ModuleSyntax, name: string, path: readonly string[]): readonly TaskRole[] {
  return tasksMeant(slice, lookUp(slice.analysis.graph, from, name, path).meaning, 0);
}

function tasksLoaded(slice: Slice, from: ModuleSyntax, load: Load): readonly TaskRole[] {
  const { names } = load;
  if (typeof names === 'string') return [];
  const modules = loadedModules(slice.analysis.graph, from, load);
  const meanings = modules.flatMap((module) => names.map((name) => lookUpExport(slice.analysis.graph, module, name).meaning));
  return meanings.flatMap((meaning) => tasksMeant(slice, meaning, 0));
}

/** The tasks that a name stands for: directly, through another name, or in an object. */
function tasksMeant(slice: Slice, meaning: Meaning, depth: number): readonly TaskRole[] {
  if (meaning.kind !== 'local' || depth > 100) return [];
  const { module, name, path } = meaning;
  return (module.declared.get(name) ?? []).flatMap((unit) => {
    if (unit.value?.initialiser && slice.roles.referenceIn(unit)) return tasksAt(slice, module, unit.value.initialiser);
    const task = unit.value?.initialiser && originalOf(unit.value.initialiser);
    if (task && module.sites.has(unwrapped(task))) return tasksAt(slice, module, task);
    const alias = task && nameAndPath(task);
    if (alias) return tasksMeant(slice, lookUp(slice.analysis.graph, module, alias.name, [...alias.path, ...path]).meaning, depth + 1);
    return propertiesOf(unit)
      .filter(({ key }) => path[0] === undefined || path[0] === keyName(key))
      .flatMap((property) => tasksHeld(slice, module, property, depth));
  });
}

/** Of `task.override({ … }).override({ … })`, `task`. */
function originalOf(value: Node): Node {
  const task = overridden(value);
  return task ? originalOf(task) : value;
}

function tasksHeld(slice: Slice, module: ModuleSyntax, property: ObjectProperty, depth: number): readonly TaskRole[] {
  const named = nameAndPath(property.value);
  if (!named) return tasksAt(slice, module, property.value);
  return tasksMeant(slice, lookUp(slice.analysis.graph, module, named.name, named.path).meaning, depth + 1);
}

function propertiesOf({ value }: Unit): readonly ObjectProperty[] {
  const object = value?.initialiser && unwrapped(value.initialiser);
  return object?.type === 'ObjectExpression' ? object.properties.filter((each) => each.type === 'Property') : [];
}

function tasksAt({ roles }: Slice, module: ModuleSyntax, node: Node): readonly TaskRole[] {
  const site = module.sites.get(unwrapped(node));
  const role = site && roles.of(site);
  return role?.kind === 'task' ? [role] : [];
}
