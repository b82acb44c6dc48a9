import { dirname, join } from 'node:path';
import type { Observation } from '../observation.ts';
import type { Load, ModuleSyntax } from './module-syntax.ts';

/** What a specifier leads to. */
export type Target =
  | { readonly kind: 'module'; readonly file: string; readonly isFreeOfEffects: boolean }
  /** `specifier` is what stands in the bundle. */
  | { readonly kind: 'package'; readonly specifier: string }
  /** `ambit` itself. */
  | { readonly kind: 'runtime' }
  /** Node's own, or an address. */
  | { readonly kind: 'builtin' }
  | { readonly kind: 'missing' };

/** The user's modules, from the entry on. */
export interface ModuleGraph {
  readonly observations: readonly Observation[];
  /** In the order in which they were found. */
  readonly modules: ReadonlyMap<string, ModuleSyntax>;
  /** By file, then by specifier. */
  readonly targets: ReadonlyMap<string, ReadonlyMap<string, Target>>;
  /** Files in the order in which their top levels run. */
  readonly order: readonly string[];
  /** Files whose package says that importing them does nothing. */
  readonly freeOfEffects: ReadonlySet<string>;
}

export function targetOf(graph: ModuleGraph, module: ModuleSyntax, specifier: string): Target {
  return graph.targets.get(module.file)?.get(specifier) ?? { kind: 'missing' };
}

export function moduleOf(graph: ModuleGraph, module: ModuleSyntax, specifier: string): ModuleSyntax | undefined {
  const target = targetOf(graph, module, specifier);
  return target.kind === 'module' ? graph.modules.get(target.file) : undefined;
}

/** The user's modules that code may load there. */
export function loadedModules(graph: ModuleGraph, module: ModuleSyntax, { specifier, isPattern, hidden }: Load): readonly ModuleSyntax[] {
  if (hidden) return [];
  if (isPattern) return [...graph.modules.values()].filter(({ file }) => file.startsWith(join(dirname(module.file), specifier)));
  return [moduleOf(graph, module, specifier)].filter((found) => found !== undefined);
}

/** The specifiers that a module's code leads on by. */
export function specifiersOf(module: ModuleSyntax): ReadonlySet<string> {
  const specifiers = new Set<string>();
  for (const unit of module.units) {
    if (unit.specifier !== undefined) specifiers.add(unit.specifier);
    for (const { specifier, hidden, isPattern } of unit.loads) if (!hidden && !isPattern) specifiers.add(specifier);
  }
  return specifiers;
}

/** What a module imports when it is loaded, in order. TypeScript leaves imports out of which only types are used. */
export function staticImports(module: ModuleSyntax): readonly string[] {
  return module.units.flatMap(({ specifier, imported = [] }) => {
    const isLeftOut = module.isTypeScript && imported.length > 0 && imported.every(({ local }) => !module.used.has(local));
    return specifier === undefined || isLeftOut ? [] : [specifier];
  });
}
