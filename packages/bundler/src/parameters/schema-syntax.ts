import type { CallExpression, Node, ObjectExpression } from 'oxc-parser';
import type { Parameter } from '../project.ts';
import { isPackage } from '../specifiers.ts';
import { keyName, memberName, stringValue, unwrapped } from '../syntax/patterns.ts';
import { literalValue, valuesOfConstant } from './constant-values.ts';
import { docBefore } from './doc-comment.ts';
import type { Lookup, ModuleScope } from './module-scope.ts';

type Shape = Omit<Parameter, 'name' | 'rest'>;

/** Of schemas as zod and valibot write them: `z.string()`, `v.picklist(['a', 'b'])`. */
const kinds: Readonly<Record<string, Parameter['kind']>> = {
  ...Object.fromEntries(['string', 'email', 'url', 'uuid', 'iso', 'templateLiteral'].map((name) => [name, 'string'] as const)),
  ...Object.fromEntries(['number', 'int', 'float32', 'float64', 'int32', 'uint32'].map((name) => [name, 'number'] as const)),
  ...Object.fromEntries(['boolean', 'bigint', 'date'].map((name) => [name, name as Parameter['kind']] as const)),
  stringbool: 'boolean',
};

const objects = new Set(['object', 'strictObject', 'looseObject']);
const enums = new Set(['enum', 'picklist', 'literal', 'nativeEnum']);
/** What is around another schema, and says nothing of its kind. */
const wrappers = new Set(['nullable', 'pipe', 'readonly', 'prefault', 'brand']);
const omissible = new Set(['optional', 'nullish', 'exactOptional', 'undefinedable']);
/** Methods after which it is another kind of thing. */
const changing = new Set([
  ...['or', 'and', 'unwrap', 'keyof', 'element', 'extend', 'safeExtend', 'merge', 'pick', 'omit', 'partial', 'required', 'catchall'],
]);

const deepest = 4;

/** Reads what a schema takes from its code, as far as flags need it; nothing where that does not show. */
export class SchemaReader {
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** Of an object whose fields are written out. */
  object(schema: Node, scope: ModuleScope): readonly Parameter[] | undefined {
    return this.#read(schema, scope, 0)?.fields;
  }

  #read(schema: Node, scope: ModuleScope, depth: number): Shape | undefined {
    const node = unwrapped(schema);
    if (node.type === 'Identifier') {
      const found = depth <= deepest ? this.#lookup.value(node.name, scope) : undefined;
      return found && this.#read(found.node, found.scope, depth + 1);
    }
    if (node.type !== 'CallExpression' || depth > deepest) return undefined;
    const method = memberName(node.callee);
    const object = node.callee.type === 'MemberExpression' ? unwrapped(node.callee.object) : undefined;
    if (method === undefined || !object) return undefined;
    return isLibrary(object, scope) ? this.#made(method, node, scope, depth) : this.#refined(method, node, object, scope, depth);
  }

  #made(method: string, call: CallExpression, scope: ModuleScope, depth: number): Shape | undefined {
    const [first] = call.arguments;
    const kind = kinds[method];
    if (kind) return { kind, optional: false };
    if (enums.has(method)) return enumShape(first && this.#valueOf(first, scope));
    if (method === 'instanceof' || method === 'instance') return first && instanceShape(first, scope);
    if (objects.has(method)) return first?.type === 'ObjectExpression' ? this.#fields(first, scope, depth) : undefined;
    if (!first) return undefined;
    if (method === 'array') return { kind: 'list', of: withoutOptional(this.#read(first, scope, depth + 1)), optional: false };
    if (!wrappers.has(method) && !omissible.has(method)) return undefined;
    const inner = this.#read(first, scope, depth);
    if (method === 'pipe') return inner && { ...inner, ...describedBy(call.arguments.slice(1)) };
    return inner && (omissible.has(method) ? { ...inner, optional: true, ...defaultOf(call.arguments[1], scope) } : inner);
  }

  #refined(method: string, call: CallExpression, object: Node, scope: ModuleScope, depth: number): Shape | undefined {
    const inner = this.#read(object, scope, depth);
    const [first] = call.arguments;
    if (!inner || method === 'array') return inner && { kind: 'list', of: withoutOptional(inner), optional: false };
    if (changing.has(method)) return undefined;
    if (omissible.has(method) || method === 'catch') return { ...inner, optional: true };
    if (method === 'default' || method === 'prefault') return { ...inner, optional: true, ...defaultOf(first, scope) };
    const description = method === 'describe' ? stringValue(first) : undefined;
    return description === undefined ? inner : { ...inner, description };
  }

  #valueOf(expression: Node, scope: ModuleScope): Node {
    const node = unwrapped(expression);
    const found = node.type === 'Identifier' ? this.#lookup.value(node.name, scope) : undefined;
    return found ? unwrapped(found.node) : node;
  }

  #fields({ properties }: ObjectExpression, scope: ModuleScope, depth: number): Shape | undefined {
    const fields: Parameter[] = [];
    for (const property of properties) {
      const name = property.type === 'Property' && !property.computed ? keyName(property.key) : undefined;
      if (name === undefined || property.type !== 'Property') return undefined;
      const shape = this.#read(property.value, scope, depth + 1) ?? { kind: 'json', optional: false };
      const said = docBefore(scope.module, property.start)?.description;
      fields.push({ name, ...(said !== undefined && { description: said }), ...shape, rest: false });
    }
    return { kind: 'object', fields, optional: false };
  }
}

/** `z`, as it is imported from a package; `z.coerce.number()` takes what `z.number()` makes. */
function isLibrary(object: Node, scope: ModuleScope): boolean {
  const name = memberName(object);
  if (object.type === 'MemberExpression' && (name === 'coerce' || name === 'iso')) return isLibrary(unwrapped(object.object), scope);
  const from = object.type === 'Identifier' ? scope.imports.get(object.name)?.from : undefined;
  return from !== undefined && isPackage(from);
}

function instanceShape(expression: Node, scope: ModuleScope): Shape | undefined {
  if (expression.type !== 'Identifier') return undefined;
  if (expression.name === 'Date') return { kind: 'date', optional: false };
  const imported = scope.imports.get(expression.name);
  const kind = imported?.from === 'ambit' ? ({ File: 'file', Directory: 'directory' } as const)[imported.name] : undefined;
  return kind && { kind, optional: false };
}

function withoutOptional(shape: Shape | undefined): Omit<Shape, 'optional'> {
  const { optional: _, ...kind } = shape ?? { kind: 'json' as const, optional: false };
  return kind;
}

function enumShape(values: Node | undefined): Shape | undefined {
  const node = values && unwrapped(values);
  const literal = node && literalValue(node);
  if (typeof literal === 'boolean') return { kind: 'boolean', optional: false };
  const known = literal === undefined ? node && valuesOfConstant(node) : [literal];
  return known && known.length > 0 ? { kind: 'enum', values: known, optional: false } : undefined;
}

function defaultOf(value: Node | undefined, { module }: ModuleScope): { readonly default?: string } {
  return value ? { default: module.source.slice(value.start, value.end) } : {};
}

/** `v.description('…')` among the actions of a pipe. */
function describedBy(actions: readonly Node[]): { readonly description?: string } {
  for (const action of actions)
    if (action.type === 'CallExpression' && memberName(action.callee) === 'description') {
      const description = stringValue(action.arguments[0]);
      if (description !== undefined) return { description };
    }
  return {};
}
