import type { Expression, Node } from 'oxc-parser';
import { lookUp } from './look-up.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { ModuleSyntax } from './module-syntax.ts';
import { keyName, memberName, nameAndPath, unwrapped } from '../syntax/patterns.ts';

/**
 * Whether an expression at the top level is certainly an environment of the class that `ambit` has. One of a class of the user's may
 * have methods of its own, and a `task` that does more.
 */
export function isPlainEnvironment(graph: ModuleGraph, module: ModuleSyntax, expression: Node, depth = 0): boolean {
  const value = depth > 100 ? undefined : valueOf({ graph, module, expression, path: [], depth });
  if (value?.node.type === 'NewExpression') {
    const named = nameAndPath(value.node.callee);
    const meaning = named && lookUp(graph, value.module, named.name, named.path).meaning;
    return meaning?.kind === 'outside' && meaning.target.kind === 'runtime';
  }
  if (value?.node.type !== 'CallExpression' || value.node.callee.type !== 'MemberExpression') return false;
  const { callee } = value.node;
  return memberName(callee) === 'cloneWith' && isPlainEnvironment(graph, value.module, callee.object, depth + 1);
}

interface Question {
  readonly graph: ModuleGraph;
  readonly module: ModuleSyntax;
  readonly expression: Node;
  /** What of it is wanted. */
  readonly path: readonly string[];
  readonly depth: number;
}

interface Value {
  readonly module: ModuleSyntax;
  readonly node: Node;
}

/** What an expression stands for, through names, imports, and objects that are written out. */
function valueOf({ graph, module, expression, path, depth }: Question): Value | undefined {
  const node = unwrapped(expression);
  const named = nameAndPath(node);
  if (named) {
    const { meaning } = lookUp(graph, module, named.name, [...named.path, ...path]);
    const initialiser = meaning.kind === 'local' && depth < 100 ? initialiserOf(meaning.module, meaning.name) : undefined;
    if (meaning.kind !== 'local' || !initialiser) return undefined;
    return valueOf({ graph, module: meaning.module, expression: initialiser, path: meaning.path, depth: depth + 1 });
  }
  const [member, ...rest] = path;
  if (member === undefined) return { module, node };
  const property = node.type === 'ObjectExpression' ? node.properties.find((each) => isNamed(each, member)) : undefined;
  return property?.type === 'Property' ? valueOf({ graph, module, expression: property.value, path: rest, depth }) : undefined;
}

function initialiserOf(module: ModuleSyntax, name: string): Expression | undefined {
  const [unit, ...others] = module.declared.get(name) ?? [];
  return others.length > 0 || module.writers.has(name) ? undefined : unit?.value?.initialiser;
}

function isNamed(property: Node, name: string): boolean {
  return property.type === 'Property' && !property.computed && keyName(property.key) === name;
}
