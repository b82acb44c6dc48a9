import type { BundleFacts } from '@ambit/core';
import { placeAt } from '../syntax/parsed-module.ts';
import { lookUp, lookUpExport } from './look-up.ts';
import { taskAt, tasksMeant } from './meant-tasks.ts';
import { loadedModules } from './module-graph.ts';
import type { Load, ModuleSyntax, Reference, Unit } from './module-syntax.ts';
import type { TaskRole } from './site-role.ts';
import type { Slice } from './slice.ts';

type Call = BundleFacts['calls'][number];

/** Uses of other environments' tasks in live code. To take a task without calling it counts too: somebody will. */
export function findCalls(slice: Slice): readonly Call[] {
  const calls = new Map<string, Call>();
  for (const unit of [...slice.code.values()].flat())
    for (const { start, roles } of usesIn(slice, unit))
      for (const { id, environment } of roles) {
        const call = { task: id, environment, at: placeAt(unit.module, start) };
        calls.set(`${call.at} ${id}`, call);
      }
  return [...calls.values()];
}

interface Use {
  readonly start: number;
  readonly roles: readonly TaskRole[];
}

/** What is dropped, or held by names, is not used yet: who takes it by its name, uses it. */
function usesIn(slice: Slice, { module, references, ownReferences, loads, sites }: Unit): readonly Use[] {
  const isUsed = ({ region, isHeld = false }: Pick<Load, 'region'> & Partial<Pick<Reference, 'isHeld'>>): boolean =>
    !isHeld && !slice.roles.isCut(region);
  const named = [...references, ...ownReferences].filter(isUsed);
  return [
    ...named.map((use) => ({ start: use.start, roles: tasksNamed(slice, module, use) })),
    ...loads.filter(isUsed).map((load) => ({ start: load.start, roles: tasksLoaded(slice, module, load) })),
    ...sites.filter(isUsed).map((site) => ({ start: site.start, roles: taskAt(slice, site) })),
  ];
}

function tasksNamed(slice: Slice, from: ModuleSyntax, { name, path }: Reference): readonly TaskRole[] {
  return tasksMeant(slice, [lookUp(slice.analysis.graph, from, name, path).meaning]);
}

function tasksLoaded(slice: Slice, from: ModuleSyntax, load: Load): readonly TaskRole[] {
  const { graph } = slice.analysis;
  const { names } = load;
  if (typeof names === 'string') return [];
  const modules = loadedModules(graph, from, load);
  return tasksMeant(
    slice,
    modules.flatMap((module) => names.map((name) => lookUpExport(graph, module, name).meaning)),
  );
}
