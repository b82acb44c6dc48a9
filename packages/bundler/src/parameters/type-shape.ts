import type { Node, TSSignature, TSType, TSTypeName } from 'oxc-parser';
import { keyName, unwrapped } from '../syntax/patterns.ts';
import type { Parameter } from '../project.ts';
import { literalValue, valuesOfConstant, keysOfConstant } from './constant-values.ts';
import { docBefore } from './doc-comment.ts';
import type { Found, Lookup, ModuleScope, TypeDeclaration } from './module-scope.ts';

/** What a type says of a parameter. */
export interface Shape extends Omit<Parameter, 'name' | 'optional' | 'rest'> {
  /** It admits `undefined`. */
  readonly omissible?: boolean;
}

type Values = readonly (string | number)[];

const keywords: Readonly<Record<string, Parameter['kind']>> = {
  TSStringKeyword: 'string',
  TSTemplateLiteralType: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSBigIntKeyword: 'bigint',
};

/** Flags need no more than this many fields and items within each other. */
const deepest = 4;
const json: Shape = { kind: 'json' };

/** Reads types as far as flags need them; what is more than that is `json`. */
export class TypeReader {
  readonly #lookup: Lookup;
  /** Types that are being read: one may hold itself. */
  readonly #open = new Set<TypeDeclaration>();

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  read(type: TypeDeclaration, scope: ModuleScope, depth = 0): Shape {
    const kind = keywords[type.type];
    if (kind !== undefined) return { kind };
    if (depth > deepest) return json;
    switch (type.type) {
      case 'TSParenthesizedType':
        return this.read(type.typeAnnotation, scope, depth);
      case 'TSLiteralType':
        return literalShape(type.literal);
      case 'TSArrayType':
        return this.#list(type.elementType, scope, depth);
      case 'TSTypeOperator':
        return type.operator === 'keyof' ? this.#keys(type.typeAnnotation, scope) : this.read(type.typeAnnotation, scope, depth);
      case 'TSIndexedAccessType':
        return this.#members(type.objectType, scope);
      case 'TSUnionType':
        return this.#union(type.types, scope, depth);
      case 'TSIntersectionType':
        return this.#intersection(type.types, scope, depth);
      case 'TSTypeLiteral':
        return { kind: 'object', fields: this.#fields(type.members, scope, depth) };
      case 'TSInterfaceDeclaration':
        return { kind: 'object', fields: this.#interfaceFields({ node: type, scope }, depth) };
      case 'TSEnumDeclaration':
        return enumShape(type.body.members);
      case 'TSTypeReference':
        return this.#reference(type.typeName, type.typeArguments?.params ?? [], scope, depth);
      default:
        return json;
    }
  }

  #list(item: TSType | undefined, scope: ModuleScope, depth: number): Shape {
    return item ? { kind: 'list', of: withoutOmission(this.read(item, scope, depth + 1)) } : json;
  }

  /** `keyof typeof X`. */
  #keys(type: TSType, scope: ModuleScope): Shape {
    return enumOf(this.#constant(type, scope, keysOfConstant));
  }

  /** `(typeof X)[number]`, `(typeof X)[keyof typeof X]`. */
  #members(type: TSType, scope: ModuleScope): Shape {
    return enumOf(this.#constant(type, scope, valuesOfConstant));
  }

  #constant(type: TSType, scope: ModuleScope, take: (node: Node) => Values | undefined): Values | undefined {
    if (type.type === 'TSParenthesizedType') return this.#constant(type.typeAnnotation, scope, take);
    if (type.type !== 'TSTypeQuery' || type.exprName.type !== 'Identifier') return undefined;
    const found = this.#lookup.value(type.exprName.name, scope);
    return found && take(unwrapped(found.node));
  }

  #union(types: readonly TSType[], scope: ModuleScope, depth: number): Shape {
    const present = types.filter((each) => !['TSUndefinedKeyword', 'TSNullKeyword', 'TSVoidKeyword'].includes(each.type));
    const omissible = types.some((each) => each.type === 'TSUndefinedKeyword' || each.type === 'TSVoidKeyword');
    const shape = unionShape(present.map((each) => this.read(each, scope, depth)));
    return omissible ? { ...shape, omissible } : shape;
  }

  #intersection(types: readonly TSType[], scope: ModuleScope, depth: number): Shape {
    const shapes = types.map((each) => this.read(each, scope, depth));
    if (!shapes.every((shape) => shape.kind === 'object'))
      return shapes.find((shape) => shape.kind !== 'object' && shape.kind !== 'json') ?? json;
    return { kind: 'object', fields: shapes.flatMap((shape) => shape.fields ?? []) };
  }

  #reference(name: TSTypeName, args: readonly TSType[], scope: ModuleScope, depth: number): Shape {
    if (name.type !== 'Identifier') return json;
    const imported = scope.imports.get(name.name);
    if (imported?.from === 'ambit' && imported.name === 'File') return { kind: 'file' };
    if (imported?.from === 'ambit' && imported.name === 'Directory') return { kind: 'directory' };
    const found = this.#lookup.type(name.name, scope);
    return found ? this.#declared(found, depth) : this.#builtIn(name.name, args, scope, depth);
  }

  #declared({ node, scope }: Found<TypeDeclaration>, depth: number): Shape {
    if (this.#open.has(node)) return json;
    this.#open.add(node);
    try {
      return this.read(node, scope, depth);
    } finally {
      this.#open.delete(node);
    }
  }

  #builtIn(name: string, args: readonly TSType[], scope: ModuleScope, depth: number): Shape {
    const [first] = args;
    if (name === 'Date') return { kind: 'date' };
    if (name === 'URL') return { kind: 'url' };
    if (name === 'Array' || name === 'ReadonlyArray') return this.#list(first, scope, depth);
    if (!first || !['Readonly', 'NonNullable', 'Partial', 'Required'].includes(name)) return json;
    const shape = this.read(first, scope, depth);
    if (name === 'NonNullable') return withoutOmission(shape);
    if (name === 'Readonly' || !shape.fields) return shape;
    return { ...shape, fields: shape.fields.map((field) => ({ ...field, optional: name === 'Partial' })) };
  }

  #interfaceFields({ node, scope }: Found<TypeDeclaration & { type: 'TSInterfaceDeclaration' }>, depth: number): readonly Parameter[] {
    const inherited = node.extends.flatMap(({ expression }) => {
      const found = expression.type === 'Identifier' ? this.#lookup.type(expression.name, scope) : undefined;
      return (found && this.#declared(found, depth).fields) || [];
    });
    const own = this.#fields(node.body.body, scope, depth);
    return [...inherited.filter((field) => !own.some((each) => each.name === field.name)), ...own];
  }

  #fields(members: readonly TSSignature[], scope: ModuleScope, depth: number): readonly Parameter[] {
    return members.flatMap((member): readonly Parameter[] => {
      const name = member.type === 'TSPropertySignature' && !member.computed ? keyName(member.key) : undefined;
      if (name === undefined || member.type !== 'TSPropertySignature') return [];
      const { omissible, ...shape } = member.typeAnnotation
        ? this.read(member.typeAnnotation.typeAnnotation, scope, depth + 1)
        : { kind: 'untyped' as const, omissible: false };
      const description = docBefore(scope.module, member.start)?.description;
      return [
        {
          name,
          ...shape,
          optional: member.optional || omissible === true,
          rest: false,
          ...(description === undefined ? {} : { description }),
        },
      ];
    });
  }
}

function withoutOmission({ omissible: _, ...shape }: Shape): Shape {
  return shape;
}

function unionShape(shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes;
  if (!first) return json;
  if (shapes.every((shape) => shape.kind === 'enum')) return enumOf(shapes.flatMap((shape) => shape.values ?? []));
  const texts = shapes.every((shape) => shape.kind === 'string' || (shape.kind === 'enum' && isText(shape.values)));
  if (texts) return { kind: 'string' };
  const isPlain = first.kind !== 'object' && first.kind !== 'list';
  if (others.length === 0 || (isPlain && others.every((shape) => shape.kind === first.kind))) return first;
  return json;
}

function isText(values: Values | undefined): boolean {
  return values?.every((value) => typeof value === 'string') === true;
}

function literalShape(literal: Node): Shape {
  const value = literalValue(literal);
  if (typeof value === 'boolean') return { kind: 'boolean' };
  return value === undefined ? json : { kind: 'enum', values: [value] };
}

function enumOf(values: Values | undefined): Shape {
  return values === undefined || values.length === 0 ? json : { kind: 'enum', values: [...new Set(values)] };
}

function enumShape(members: readonly { readonly initializer?: Node | null }[]): Shape {
  const values: (string | number)[] = [];
  for (const { initializer } of members) {
    const last = values.at(-1);
    const value = initializer ? literalValue(initializer) : typeof last === 'number' ? last + 1 : values.length === 0 ? 0 : undefined;
    if (value === undefined || typeof value === 'boolean') return json;
    values.push(value);
  }
  return enumOf(values);
}
