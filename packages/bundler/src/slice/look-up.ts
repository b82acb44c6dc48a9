import { moduleOf, targetOf } from './module-graph.ts';
import type { ModuleGraph, Target } from './module-graph.ts';
import type { ModuleSyntax, Unit } from './module-syntax.ts';

/** A part of an import or a re-export that a name leads through; without a name, `export * from`. */
export interface Step {
  readonly unit: Unit;
  readonly name?: string;
}

/** What a name stands for, in the end. */
export type Meaning =
  | { readonly kind: 'local'; readonly module: ModuleSyntax; readonly name: string; readonly path: readonly string[] }
  /** Everything that a module exports. */
  | { readonly kind: 'module'; readonly module: ModuleSyntax }
  | { readonly kind: 'outside'; readonly target: Target }
  | { readonly kind: 'nothing' };

export interface LookedUp {
  readonly steps: readonly Step[];
  readonly meaning: Meaning;
}

interface Search {
  readonly graph: ModuleGraph;
  readonly steps: readonly Step[];
  /** Exports that were asked for on the way: re-exports may go round in circles. */
  readonly seen: ReadonlySet<string>;
}

const NOTHING: Meaning = { kind: 'nothing' };

/** Follows a top-level name, or what is below it, through imports and re-exports. */
export function lookUp(graph: ModuleGraph, module: ModuleSyntax, name: string, path: readonly string[] = []): LookedUp {
  return local({ graph, steps: [], seen: new Set() }, module, name, path);
}

/** Follows a name that a module exports. */
export function lookUpExport(graph: ModuleGraph, module: ModuleSyntax, name: string): LookedUp {
  return exported({ graph, steps: [], seen: new Set() }, module, name, []);
}

function local(search: Search, module: ModuleSyntax, name: string, path: readonly string[]): LookedUp {
  const binding = module.imports.get(name);
  if (!binding) return { steps: search.steps, meaning: { kind: 'local', module, name, path } };
  const { unit, specifier, imported } = binding;
  return across(through(search, { unit, name }), module, specifier, imported, path);
}

function across(search: Search, from: ModuleSyntax, specifier: string, imported: string, path: readonly string[]): LookedUp {
  const { graph, steps } = search;
  const module = moduleOf(graph, from, specifier);
  if (!module) return { steps, meaning: { kind: 'outside', target: targetOf(graph, from, specifier) } };
  if (module.isWhole) return { steps, meaning: { kind: 'module', module } };
  if (imported !== '*') return exported(search, module, imported, path);
  const [member, ...rest] = path;
  return member === undefined ? { steps, meaning: { kind: 'module', module } } : exported(search, module, member, rest);
}

function exported(search: Search, module: ModuleSyntax, name: string, path: readonly string[]): LookedUp {
  const { steps } = search;
  const key = `${module.file}\0${name}`;
  if (search.seen.has(key)) return { steps, meaning: NOTHING };
  const onward = { ...search, seen: new Set([...search.seen, key]) };
  const source = module.exports.get(name);
  if (source?.kind === 'local') return local(onward, module, source.local, path);
  if (source) return across(through(onward, { unit: source.unit, name }), module, source.specifier, source.imported, path);
  return name === 'default' ? { steps, meaning: NOTHING } : throughStars(onward, module, name, path);
}

function throughStars(search: Search, module: ModuleSyntax, name: string, path: readonly string[]): LookedUp {
  const maybe: LookedUp[] = [];
  for (const unit of module.stars) {
    const found = across(through(search, { unit }), module, unit.specifier ?? '', name, path);
    if (found.meaning.kind === 'local' || found.meaning.kind === 'module') return found;
    if (found.meaning.kind === 'outside') maybe.push(found);
  }
  // Which of several packages has the name shows when they are imported.
  return { steps: [...search.steps, ...maybe.flatMap(({ steps }) => steps)], meaning: maybe[0]?.meaning ?? NOTHING };
}

function through(search: Search, step: Step): Search {
  return { ...search, steps: [...search.steps, step] };
}
