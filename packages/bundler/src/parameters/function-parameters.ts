import type {
  ArrowFunctionExpression,
  BindingPattern,
  Function,
  Node,
  ParamPattern,
  TSParameterProperty,
  TSTypeAnnotation,
} from 'oxc-parser';
import { keyName, unwrapped } from '../syntax/patterns.ts';
import type { Parameter } from '../project.ts';
import { literalValue } from './constant-values.ts';
import { docBefore } from './doc-comment.ts';
import type { DocComment } from './doc-comment.ts';
import type { ModuleScope } from './module-scope.ts';
import type { Shape, TypeReader } from './type-shape.ts';

/** The parameters of a function, in order. One that is taken apart is called `input`, and by its number where others are called so. */
export function functionParameters(
  fn: Function | ArrowFunctionExpression,
  scope: ModuleScope,
  types: TypeReader,
  doc: DocComment,
): readonly Parameter[] {
  const patterns = fn.params.filter((param) => param.type !== 'Identifier' || param.name !== 'this');
  const parts = patterns.map((param) => ({ param, ...partsOf(param) }));
  const taken = new Set(parts.flatMap(({ pattern }) => (pattern.type === 'Identifier' ? [pattern.name] : [])));
  const named = parts.map((each) => ({ ...each, name: each.pattern.type === 'Identifier' ? each.pattern.name : freeName(taken) }));
  return named.map((each) => parameterOf(each, scope, types, doc));
}

function freeName(taken: Set<string>): string {
  let name = 'input';
  for (let number = 2; taken.has(name); number += 1) name = `input${number}`;
  taken.add(name);
  return name;
}

interface NamedParts extends Parts {
  readonly param: ParamPattern;
  readonly name: string;
}

function parameterOf(
  { param, name, pattern, annotation, initial, rest }: NamedParts,
  scope: ModuleScope,
  types: TypeReader,
  doc: DocComment,
): Parameter {
  const { omissible, ...shape } = annotation ? types.read(annotation.typeAnnotation, scope) : shapeOf(initial);
  const description = doc.params.get(name) ?? docBefore(scope.module, param.start)?.description;
  const isOptional = ('optional' in pattern && pattern.optional === true) || initial !== undefined || omissible === true || rest;
  const fields = fieldsOf(pattern, shape, scope, doc);
  return {
    name,
    ...shape,
    ...(fields ? { kind: 'object', fields } : {}),
    optional: isOptional,
    rest,
    ...(initial ? { default: textOf(initial, scope) } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

interface Parts {
  readonly pattern: Node;
  readonly annotation: TSTypeAnnotation | null | undefined;
  readonly initial: Node | undefined;
  readonly rest: boolean;
}

function partsOf(param: ParamPattern | TSParameterProperty['parameter']): Parts {
  switch (param.type) {
    case 'TSParameterProperty':
      return partsOf(param.parameter);
    case 'AssignmentPattern':
      return { pattern: param.left, annotation: annotationOf(param.left), initial: param.right, rest: false };
    case 'RestElement':
      return { pattern: param.argument, annotation: param.typeAnnotation ?? annotationOf(param.argument), initial: undefined, rest: true };
    default:
      return { pattern: param, annotation: annotationOf(param), initial: undefined, rest: false };
  }
}

function annotationOf(pattern: BindingPattern): TSTypeAnnotation | null | undefined {
  return pattern.typeAnnotation;
}

/** Of an object that is taken apart: what its pattern adds to its type. */
function fieldsOf(pattern: Node, shape: Shape, scope: ModuleScope, doc: DocComment): readonly Parameter[] | undefined {
  if (pattern.type !== 'ObjectPattern') return shape.fields?.map((field) => described(field, doc));
  const taken = new Map<string, Node | undefined>();
  for (const property of pattern.properties)
    if (property.type === 'Property' && !property.computed) taken.set(keyName(property.key) ?? '', defaultOf(property.value));
  const known = shape.fields ?? [...taken.keys()].map((name): Parameter => ({ name, kind: 'untyped', optional: false, rest: false }));
  return known.map((field) => {
    const initial = taken.get(field.name);
    if (!initial) return described(field, doc);
    const { kind, of } = field.kind === 'untyped' ? shapeOf(initial) : field;
    return described({ ...field, kind, ...(of ? { of } : {}), optional: true, default: textOf(initial, scope) }, doc);
  });
}

function defaultOf(pattern: Node): Node | undefined {
  return pattern.type === 'AssignmentPattern' ? pattern.right : undefined;
}

/** A field with what the comment of the task says of it. */
export function described(field: Parameter, { params }: DocComment): Parameter {
  const said = params.get(field.name) ?? [...params].find(([name]) => name.endsWith(`.${field.name}`))?.[1];
  return said === undefined ? field : { ...field, description: said };
}

/** What a default says where no type does. */
function shapeOf(initial: Node | undefined): Shape {
  if (!initial) return { kind: 'untyped' };
  const node = unwrapped(initial);
  const value = literalValue(node);
  if (typeof value === 'string' || node.type === 'TemplateLiteral') return { kind: 'string' };
  if (typeof value === 'number') return { kind: 'number' };
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (node.type === 'Literal' && 'bigint' in node) return { kind: 'bigint' };
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'Date') return { kind: 'date' };
  if (node.type === 'ArrayExpression') return { kind: 'list', of: shapeOf(node.elements[0] ?? undefined) };
  return { kind: 'json' };
}

function textOf(node: Node, { module }: ModuleScope): string {
  return module.source.slice(node.start, node.end);
}
