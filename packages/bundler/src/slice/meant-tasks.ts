import { lookUp, lookUpExport } from './look-up.ts';
import type { Meaning } from './look-up.ts';
import { moduleOf } from './module-graph.ts';
import type { CodeSite, Held, ModuleSyntax } from './module-syntax.ts';
import type { TaskRole } from './site-role.ts';
import type { Slice } from './slice.ts';

/** Names that hold each other in a circle lead to ever longer paths. */
const MOST_MEANINGS = 1_000;

/** The tasks that names stand for: directly, through other names, or in an object, a list, a class or a module. */
export function tasksMeant(slice: Slice, meanings: readonly Meaning[]): readonly TaskRole[] {
  const found = new Map<string, TaskRole>();
  const seen = new Set<string>();
  const open = [...meanings];
  for (const meaning of open) {
    const key = keyOf(meaning);
    if (seen.has(key) || seen.size === MOST_MEANINGS) continue;
    seen.add(key);
    if (meaning.kind === 'module') open.push(...exportsOf(slice, meaning.module));
    if (meaning.kind === 'local') open.push(...namesHeld(slice, meaning));
    if (meaning.kind === 'local') for (const role of tasksHeld(slice, meaning)) found.set(role.id, role);
  }
  return [...found.values()];
}

export function taskAt({ roles }: Slice, site: CodeSite): readonly TaskRole[] {
  const role = roles.of(site);
  return role?.kind === 'task' ? [role] : [];
}

function keyOf(meaning: Meaning): string {
  if (meaning.kind === 'local') return JSON.stringify([meaning.module.file, meaning.name, ...meaning.path]);
  return meaning.kind === 'module' ? meaning.module.file : '';
}

/** Of a module that is never taken apart, nobody knows. */
function exportsOf({ analysis: { graph } }: Slice, module: ModuleSyntax): readonly Meaning[] {
  if (module.isWhole) return [];
  const named = [...module.exports.keys()].map((name) => lookUpExport(graph, module, name).meaning);
  const others = module.stars.map(({ specifier }) => moduleOf(graph, module, specifier ?? '')).filter((found) => found !== undefined);
  return [...named, ...others.map((other): Meaning => ({ kind: 'module', module: other }))];
}

type Local = Extract<Meaning, { kind: 'local' }>;

function namesHeld(slice: Slice, meaning: Local): readonly Meaning[] {
  const { module, path } = meaning;
  return heldAt(slice, meaning).flatMap(({ value, path: held }) =>
    'name' in value ? [lookUp(slice.analysis.graph, module, value.name, [...value.path, ...path.slice(held.length)]).meaning] : [],
  );
}

function tasksHeld(slice: Slice, meaning: Local): readonly TaskRole[] {
  return heldAt(slice, meaning).flatMap(({ value }) => ('name' in value ? [] : taskAt(slice, value)));
}

/** What is held there, above it or below. */
function heldAt({ roles }: Slice, { module, name, path }: Local): readonly Held[] {
  const isThere = (held: Held): boolean =>
    held.path.every((part, index) => part === undefined || index >= path.length || part === path[index]);
  return (module.held.get(name) ?? []).filter((held) => isThere(held) && !roles.isCut(held.value.region));
}
