import type { Node } from 'oxc-parser';
import { keyName, unwrapped } from '../syntax/patterns.ts';

type Value = string | number;

/** Strings, numbers (also negative ones) and booleans as they are written. */
export function literalValue(node: Node): Value | boolean | undefined {
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number' || typeof node.value === 'boolean'))
    return node.value;
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const value = literalValue(node.argument);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The items of an array or the values of an object, where they are all written out. */
export function valuesOfConstant(node: Node): readonly Value[] | undefined {
  if (node.type === 'ArrayExpression') return allOf(node.elements.map((element) => (element ? plain(element) : undefined)));
  if (node.type !== 'ObjectExpression') return undefined;
  return allOf(node.properties.map((property) => (property.type === 'Property' ? plain(property.value) : undefined)));
}

export function keysOfConstant(node: Node): readonly Value[] | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  return allOf(node.properties.map((property) => (property.type === 'Property' && !property.computed ? keyName(property.key) : undefined)));
}

function plain(node: Node): Value | undefined {
  const value = literalValue(unwrapped(node));
  return typeof value === 'boolean' ? undefined : value;
}

function allOf(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}
