import type { Parameter } from '../project.ts';

type Shape = Omit<Parameter, 'name' | 'optional' | 'rest'>;
type Json = Readonly<Record<string, unknown>>;

/** Flags need no more than this many fields and items within each other. */
const deepest = 4;

/**
 * The one parameter of a task with an input schema: as the schema itself says it (Standard JSON Schema,
 * https://standardschema.dev/json-schema), else as it is written, else anything.
 */
export function schemaParameter(schema: unknown, written: Parameter | undefined): Parameter {
  const root = jsonSchemaOf(schema);
  const shape = root && shapeOf(root, root, 0);
  if (shape === undefined || shape.kind === 'json') return written ?? { name: 'input', kind: 'json', optional: false, rest: false };
  const fields = shape.fields?.map((field) => ({ ...commentOn(field, written), ...field }));
  return { name: 'input', ...shape, ...(fields && { fields }), optional: false, rest: false };
}

function commentOn({ name }: Parameter, written: Parameter | undefined): { readonly description?: string } {
  const description = written?.fields?.find((field) => field.name === name)?.description;
  return description === undefined ? {} : { description };
}

function jsonSchemaOf(schema: unknown): Json | undefined {
  try {
    const standard = (schema as Readonly<Record<'~standard', Json>>)['~standard'];
    const converter = standard.jsonSchema as { readonly input: (options: { readonly target: string }) => unknown } | undefined;
    const json = converter?.input({ target: 'draft-2020-12' });
    return isObject(json) ? json : undefined;
  } catch {
    // Some of what schemas check cannot be said in JSON Schema: dates, transformations.
    return undefined;
  }
}

function shapeOf(written: Json, root: Json, depth: number): Shape {
  const schema = resolved(written, root);
  const said = typeof schema.description === 'string' ? { description: schema.description } : {};
  return { ...said, ...(depth > deepest ? { kind: 'json' } : kindOf(schema, root, depth)) };
}

function kindOf(schema: Json, root: Json, depth: number): Shape {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (Array.isArray(values)) return enumOf(values);
  const alternatives = listOf(schema.anyOf ?? schema.oneOf).filter((each) => each.type !== 'null');
  if (alternatives.length > 0) return alternativesOf(alternatives, root, depth);
  switch (typeOf(schema)) {
    case 'string':
      return { kind: 'string' };
    case 'number':
    case 'integer':
      return { kind: 'number' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return isObject(schema.items) ? { kind: 'list', of: shapeOf(schema.items, root, depth + 1) } : { kind: 'json' };
    case 'object':
      return objectOf(schema, root, depth);
    default:
      return { kind: 'json' };
  }
}

/** `['string', 'null']` is a string for whoever writes flags. */
function typeOf({ type }: Json): unknown {
  const types = (Array.isArray(type) ? (type as unknown[]) : [type]).filter((each) => each !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

function enumOf(values: readonly unknown[]): Shape {
  const plain = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  if (values.length > 0 && values.every((value) => typeof value === 'boolean')) return { kind: 'boolean' };
  return plain.length > 0 && plain.length === values.filter((value) => value !== null).length
    ? { kind: 'enum', values: plain }
    : { kind: 'json' };
}

function alternativesOf(alternatives: readonly Json[], root: Json, depth: number): Shape {
  const shapes = alternatives.map((each) => shapeOf(each, root, depth));
  const [first] = shapes;
  if (first && shapes.length === 1) return first;
  if (shapes.every(({ kind }) => kind === 'enum')) return { kind: 'enum', values: shapes.flatMap(({ values = [] }) => values) };
  const isSame = shapes.every(({ kind }) => kind === first?.kind && kind !== 'object' && kind !== 'list');
  return first && isSame ? { kind: first.kind } : { kind: 'json' };
}

function objectOf({ properties, required }: Json, root: Json, depth: number): Shape {
  if (!isObject(properties)) return { kind: 'json' };
  const needed = Array.isArray(required) ? (required as unknown[]) : [];
  const fields = Object.entries(properties).map(([name, property]): Parameter => {
    const schema = isObject(property) ? resolved(property, root) : {};
    const initial = 'default' in schema ? { default: JSON.stringify(schema.default) } : {};
    return { name, ...shapeOf(schema, root, depth + 1), optional: !needed.includes(name) || 'default' in schema, rest: false, ...initial };
  });
  return { kind: 'object', fields };
}

/** Through references to other parts of the same schema; what stands beside one counts too. */
function resolved(schema: Json, root: Json, depth = 0): Json {
  const { $ref, ...own } = schema;
  if (typeof $ref !== 'string' || !$ref.startsWith('#') || depth > 10) return schema;
  let target: unknown = root;
  for (const part of $ref.slice(1).split('/').filter(Boolean))
    target = isObject(target) ? target[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return isObject(target) ? { ...resolved(target, root, depth + 1), ...own } : {};
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
