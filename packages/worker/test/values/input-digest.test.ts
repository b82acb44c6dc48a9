import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Directory, File } from '../../src/runtime/index.ts';
import { decodeArgs, encodeArgs, inputDigest } from '../../src/values/index.ts';
import { anyValue, plainTree, withHole } from './arbitrary-value.ts';

const digest = (...args: unknown[]): string => inputDigest(encodeArgs(args));
const file = (digit: string, name: string): File => File.fromFacts({ uri: `ambit://sha256/${digit.repeat(64)}`, name, size: 1 });

describe('the digest of inputs', () => {
  it('is stored for ever: it changes only with a version', () => {
    expect(digest()).toBe('sha256:446b0d3209f97ef5d3af873e7180c6a24417b5f7015a9a01c3724d82a396631c');
    const various = [
      { b: 'é', a: [1.5, -0, 1n, undefined, null] },
      new Map([['k', new Set([new Date(5)])]]),
      new Uint8Array([1, 2]),
      file('a', 'x'),
    ];
    expect(digest(...various, new URL('https://a.b/c'), /x/g, withHole(), new RangeError('y'))).toBe(
      'sha256:7e07cb7325bd241b8fc0d543ebe0dc5e2ea6a524b9fa0aacc7343d070ba4c4ea',
    );
  });

  it('is that of the same inputs, wherever they have been', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(inputDigest(encodeArgs(decodeArgs(encodeArgs([value]))))).toBe(digest(value));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plainTree, { noNullPrototype: true }), (object) => {
        expect(digest(reversed(object))).toBe(digest(object));
      }),
    );
    const error = (fields: object): Error => Object.assign(new Error('x'), fields);
    expect(digest(error({ a: 1, b: 2 }))).toBe(digest(error({ b: 2, a: 1 })));
  });

  it('takes a file by its content', () => {
    expect(digest([file('a', 'x.txt')])).toBe(digest([file('a', 'y.txt')]));
    expect(digest(file('a', 'x'))).not.toBe(digest(file('b', 'x')));
  });

  it('takes a directory by its content', () => {
    const tree = (digit: string, name: string): Directory => Directory.fromFacts({ uri: `ambit://directory/${digit.repeat(64)}`, name });
    expect(digest([tree('a', 'x')])).toBe(digest([tree('a', 'y')]));
    expect(digest([tree('a', 'x')])).not.toBe(digest([tree('b', 'x')]));
    expect(digest([tree('a', 'x')])).not.toBe(digest([file('a', 'x')]));
  });

  it('takes an error without its stack', () => {
    const made = (): Error => new RangeError('x');
    const [first, second] = [made(), (() => made())()];
    expect(first.stack).not.toBe(second.stack);
    expect(digest(first)).toBe(digest(second));
  });

  it('tells values apart that only look alike', () => {
    const alike = [
      ...[[], [undefined], [null], [''], ['undefined'], [0], [-0], ['0'], [0n], [false], [[]], [{}], [[[]]], [new Map()], [new Set()]],
      ...[
        [new Date(0)],
        [new Date(NaN)],
        ['1970-01-01T00:00:00.000Z'],
        [new Uint8Array(1)],
        [new Int8Array(1)],
        [new ArrayBuffer(1)],
        [/a/],
        [/a/g],
      ],
      ...[
        ['ab', 'c'],
        ['a', 'bc'],
        [['ab'], 'c'],
        [withHole()],
        [[1, undefined, 3]],
        [{ a: undefined }],
        [new Map([['a', 1]])],
        [{ a: 1 }],
        [[['a', 1]]],
      ],
      ...[[new URL('a:b')], ['a:b'], [new Error('x')], [new TypeError('x')], [{ name: 'Error', message: 'x' }], [NaN], ['NaN'], [Infinity]],
    ];
    const digests = alike.map((args) => digest(...args));
    expect(new Set(digests).size).toBe(alike.length);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const turned = {};
  for (const [key, inner] of Object.entries(value).reverse())
    Object.defineProperty(turned, key, { value: reversed(inner), enumerable: true, writable: true, configurable: true });
  return turned;
}
