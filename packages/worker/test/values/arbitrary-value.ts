import fc from 'fast-check';
import { Directory, File } from '../../src/runtime/index.ts';

/** Any sequence of code units, lone surrogates included. */
const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units));
const key = fc.oneof(
  fc.string({ maxLength: 4 }),
  text,
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'then', 'length', '0', '-1', '4294967295'),
);

type ViewConstructor = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

const view: fc.Arbitrary<ArrayBufferView> = fc
  .tuple(
    fc.constantFrom(
      ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array],
      ...[BigInt64Array, BigUint64Array, DataView],
    ),
    fc.uint8Array({ maxLength: 4 }),
  )
  .map(([type, bytes]) => {
    const buffer = new Uint8Array(8 * bytes.length + 8);
    buffer.set(bytes, 8);
    return new (type as ViewConstructor)(buffer.buffer, 8, bytes.length);
  });

const file = fc
  .record({ digit: fc.constantFrom('0', 'a', 'f'), name: fc.string({ maxLength: 5 }), size: fc.nat() })
  .map(({ digit, ...facts }) => File.fromFacts({ uri: `ambit://sha256/${digit.repeat(64)}`, ...facts }));

const directory = fc
  .record({ digit: fc.constantFrom('0', 'a', 'f'), name: fc.string({ minLength: 1, maxLength: 5 }) })
  .map(({ digit, name }) => Directory.fromFacts({ uri: `ambit://directory/${digit.repeat(64)}`, name }));

/** What JSON has. */
export const plainLeaf: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

const leaf = fc.oneof(
  plainLeaf,
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, -Infinity, undefined),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(/a+/gi, /[\u{1f600}]/u, new RegExp('', 'y')),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => bytes.buffer.slice(0)),
  view,
  file,
  directory,
);

export const plainTree: fc.Arbitrary<unknown> = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plainLeaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__')), tie('tree')), { maxLength: 4 }).map(ownProperties),
  ),
})).tree;

type Kind = 'object' | 'bare' | 'array' | 'sparse' | 'named array' | 'map' | 'set' | 'error';
const kinds: readonly Kind[] = ['object', 'bare', 'array', 'sparse', 'named array', 'map', 'set', 'error'];

interface Part {
  readonly kind: Kind;
  readonly keys: readonly string[];
  /** Either a leaf, or which other part. */
  readonly items: readonly ({ readonly leaf: unknown } | { readonly part: number })[];
}

const part: fc.Arbitrary<Part> = fc.record({
  kind: fc.constantFrom(...kinds),
  keys: fc.array(key, { maxLength: 4 }),
  items: fc.array(
    fc.oneof(
      leaf.map((value) => ({ leaf: value })),
      fc.nat({ max: 7 }).map((index) => ({ part: index })),
    ),
    { maxLength: 4 },
  ),
});

/** Everything that travels, in every shape: shared, cyclic, deep. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: leaf },
  { weight: 4, arbitrary: fc.array(part, { minLength: 1, maxLength: 8 }).map(linked) },
);

/** `[1, , 3]` */
export function withHole(): unknown[] {
  return Object.assign(new Array<unknown>(3), { 0: 1, 2: 3 });
}

/** Properties of the object's own, whatever their names. */
function ownProperties(entries: readonly (readonly [string, unknown])[], object: object = {}): object {
  for (const [name, value] of entries) Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  return object;
}

function linked(parts: readonly Part[]): unknown {
  const objects = parts.map(({ kind }) => empty(kind));
  parts.forEach(({ kind, keys, items }, index) => {
    const values = items.map((item) => ('leaf' in item ? item.leaf : objects[item.part % objects.length]));
    fill(kind, objects[index], keys, values);
  });
  return objects[0];
}

function empty(kind: Kind): object {
  if (kind === 'bare') return Object.create(null) as object;
  if (kind === 'map') return new Map();
  if (kind === 'set') return new Set();
  if (kind === 'error') return new RangeError('x');
  return kind === 'object' ? {} : [];
}

const errorKeys = new Set(['name', 'message', 'stack', 'cause', 'then']);

function fill(kind: Kind, object: unknown, keys: readonly string[], values: readonly unknown[]): void {
  const entries = values.map((value, i) => [keys[i] ?? `k${i}`, value] as const);
  if (kind === 'object' || kind === 'bare') ownProperties(entries, object as object);
  else if (kind === 'map')
    for (const [i, value] of values.entries()) (object as Map<unknown, unknown>).set(values[i + 1] ?? keys[i], value);
  else if (kind === 'set') for (const value of values) (object as Set<unknown>).add(value);
  else if (kind === 'error') {
    ownProperties(
      entries.filter(([name]) => !errorKeys.has(name)),
      object as object,
    );
    // As the constructor of an error sets it. Never a circle: Node's own comparison does not end there.
    if (keys[3] !== undefined) Object.defineProperty(object, 'cause', { value: keys[3], writable: true, configurable: true });
  } else {
    const array = object as unknown[];
    for (const [i, value] of values.entries()) array[kind === 'sparse' ? 3 * i + 1 : i] = value;
    if (kind === 'named array') ownProperties([['groups', values[0]]], array);
  }
}
