import type { Node } from 'oxc-parser';
import { keyName, unwrapped } from '../syntax/patterns.ts';
import type { Argument, SchemaCode } from './module-syntax.ts';

export interface FoundSchemas {
  readonly code: SchemaCode;
  /** What stays of the options. */
  readonly kept: readonly Node[];
}

/** Where the schemas of these names stand in the options of a task. */
export function schemasIn(options: Node, names: readonly string[]): FoundSchemas {
  const values = names.map((name) => valueOf(unwrapped(options), name));
  const certain = values.filter((value) => value !== undefined);
  if (certain.length < names.length) return { code: { kind: 'options', names, options: argument(options) }, kept: [options] };
  const listed = certain.map((value, index) => ({ name: names[index]!, ...argument(value) }));
  return { code: { kind: 'listed', values: listed }, kept: certain };
}

export function argument({ start, end, type }: Node): Argument {
  return { start, end, isSequence: type === 'SequenceExpression' };
}

/** The value of a property that is written out, unless something after it may be another. */
function valueOf(options: Node, name: string): Node | undefined {
  if (options.type !== 'ObjectExpression') return undefined;
  for (const property of options.properties.toReversed()) {
    if (property.type !== 'Property' || property.computed) return undefined;
    if (keyName(property.key) === name) return property.kind === 'init' && !property.method ? property.value : undefined;
  }
  return undefined;
}
