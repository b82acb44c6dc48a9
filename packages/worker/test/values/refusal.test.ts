import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { File } from '../../src/runtime/index.ts';
import { MAX_VALUE_LENGTH, encodeArgs, encodeValue } from '../../src/values/index.ts';

class Money {
  amount = 1;
}
class Lookup extends Map<string, number> {}
const trap = (): never => {
  throw new RangeError('trap');
};
const throwing = new Proxy({}, { ownKeys: trap, getPrototypeOf: trap, get: trap });
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

function args(): unknown {
  // eslint-disable-next-line prefer-rest-params
  return arguments;
}

describe('a value that cannot travel', () => {
  it.each<[string, unknown, string]>([
    ['a function', { items: [0, 1, 2, { callback: () => 1 }] }, 'result.items[3].callback is a function'],
    ['a method', { a: { run() {} } }, 'result.a.run is a function'],
    ['a class', Money, 'result is a function'],
    ['a symbol', [Symbol('x')], 'result[0] is a symbol'],
    ['a symbol as a key', { a: { [Symbol('x')]: 1 } }, 'result.a has a symbol as a key: Symbol(x)'],
    ['a promise', { a: Promise.resolve(1) }, 'result.a is a promise'],
    ['something with then', [{ then: () => 1 }], 'result[0] is a promise'],
    ['a stream of Node', { out: Readable.from([]) }, 'result.out is a stream'],
    ['a web stream', { out: new ReadableStream() }, 'result.out is a stream'],
    ['an instance', { price: new Money() }, 'result.price is an instance of Money'],
    ['an instance of a class that extends one which travels', new Lookup(), 'result is an instance of Lookup'],
    ['a class that is called like one which travels', [new (class Map {})()], 'result[0] is an instance of Map'],
    ['an instance of a class without a name', new (class {})(), 'result is an instance of an anonymous class'],
    ['a WeakMap', new WeakMap(), 'result is an instance of WeakMap'],
    ['an object around a primitive', { a: Object('x') as unknown }, 'result.a is an instance of String'],
    ['a generator', [(function* () {})()], 'result[0] is a generator'],
    ['an async generator', [(async function* () {})()], 'result[0] is a generator'],
    ['arguments', [args()], 'result[0] is the arguments of a function'],
    ['what has more than its own properties', [Object.create({ a: 1 })], 'result[0] inherits from another object'],
    ['a global File', { f: new globalThis.File([], 'x') }, 'result.f is the global File'],
    ['a Blob', { f: new Blob([]) }, 'result.f is the global Blob'],
    ['a file without content', { f: File.newRemote('x') }, 'result.f is a file that was not written'],
    ['a proxy that throws', { a: [throwing] }, 'result.a[0] throws when it is read'],
    ['a revoked proxy', [[revoked]], 'result[0][0] throws when it is read'],
    ['a getter that throws', { a: Object.defineProperty({}, 'b', { get: trap, enumerable: true }) }, 'result.a throws when it is read'],
    ['a value of a map', new Map([['k', { f() {} }]]), 'result.get("k").f is a function'],
    ['a key of a map', new Map([[() => 1, 1]]), 'result.keys[0] is a function'],
    ['an item of a set', new Set([1, Symbol('x')]), 'result.items[1] is a symbol'],
    ['below a key that is no name', { 'a b': { ü: { '': [() => 1] } } }, 'result["a b"].ü[""][0] is a function'],
    ['what an array has besides items', Object.assign([1], { extra: () => 1 }), 'result.extra is a function'],
  ])('is refused, and it is said where and why: %s', (_what, value, message) => {
    expect(() => encodeValue(value, 'result')).toThrow(
      expect.objectContaining({ code: 'AMBIT_VALUE_REFUSED', message, hint: expect.stringMatching(/\w/) as string }) as Error,
    );
  });

  it('has the error of a getter as its cause', () => {
    expect(() => encodeValue(throwing)).toThrow(expect.objectContaining({ cause: expect.any(RangeError) as Error }) as Error);
  });

  it('is said to be the argument that it is', () => {
    expect(() => encodeArgs([1, { deep: [() => 1] }])).toThrow('args[1].deep[0] is a function');
  });

  it('is found however deep it lies', () => {
    let deep: unknown = () => 1;
    for (let i = 0; i < 50_000; i += 1) deep = [deep];
    expect(() => encodeValue(deep, 'x')).toThrow(`x${'[0]'.repeat(50_000)} is a function`);
  });
});

describe('a value that is too large', () => {
  it.each<[string, () => unknown]>([
    ['bytes', () => new Uint8Array(MAX_VALUE_LENGTH)],
    ['a buffer', () => ({ a: new ArrayBuffer(MAX_VALUE_LENGTH) })],
    ['a text', () => 'x'.repeat(MAX_VALUE_LENGTH)],
  ])('is refused, with what to do instead: %s', (_what, make) => {
    expect(() => encodeValue(make(), 'result')).toThrow(
      expect.objectContaining({ code: 'AMBIT_VALUE_TOO_LARGE', hint: expect.stringContaining('File') as string }) as Error,
    );
  });
});
