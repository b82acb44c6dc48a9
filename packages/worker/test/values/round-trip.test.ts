import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { File } from '../../src/runtime/index.ts';
import { decodeArgs, decodeValue, encodeArgs, encodeValue } from '../../src/values/index.ts';
import { encodeGraph } from '../../src/values/encode-graph.ts';
import { plainText } from '../../src/values/plain-text.ts';
import { anyValue, plainTree, withHole } from './arbitrary-value.ts';

const travelled = <T>(value: T): T => decodeValue(encodeValue(value)) as T;

describe('a value that travels', () => {
  it('arrives as it was, whatever its shape', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = encodeValue(value);
        const arrived = decodeValue(text);
        expect(isDeepStrictEqual(arrived, value)).toBe(true);
        expect(encodeValue(arrived)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('arrives the same by the short way of plain JSON and by the general one', () => {
    fc.assert(
      fc.property(plainTree, (value) => {
        expect(plainText(value)).toBe(JSON.stringify(value));
        expect(isDeepStrictEqual(decodeValue(encodeGraph(value, { at: 'value' })), value)).toBe(true);
        expect(isDeepStrictEqual(decodeValue(encodeValue(value)), value)).toBe(true);
      }),
    );
  });

  it('takes the short way only where that loses nothing', () => {
    const shared = { a: 1 };
    const losing = [
      ...[
        undefined,
        NaN,
        -0,
        1n,
        new Date(0),
        [undefined],
        [shared, shared],
        Object.create(null) as unknown,
        Object.assign([1], { index: 0 }),
      ],
      ...[withHole(), Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 2 })],
    ];
    expect(losing.map((value) => plainText(value))).toEqual(losing.map(() => undefined));
  });
});

describe('what arrives', () => {
  it('is bare where it had no prototype, as the namespace of a module', async () => {
    const module: string = 'data:text/javascript,export const mark = 1;';
    const namespace: unknown = await import(module);
    const bare = Object.assign(Object.create(null) as object, { a: namespace });
    const arrived = travelled(bare);
    expect(arrived).toEqual({ a: { mark: 1 } });
    expect([arrived, arrived.a].map((each) => Object.getPrototypeOf(each) as unknown)).toEqual([null, null]);
  });

  it('is shared and cyclic as it was', () => {
    const shared = { x: 1 };
    const cyclic: { self?: unknown; list: unknown[] } = { list: [shared, shared] };
    cyclic.self = cyclic;
    const arrived = travelled(cyclic);
    expect(arrived.self).toBe(arrived);
    expect(arrived.list[0]).toBe(arrived.list[1]);
    const map = new Map<unknown, unknown>();
    map.set(map, new Set([map]));
    const [[key, value]] = [...travelled(map)] as [[unknown, Set<unknown>]];
    expect(value.has(key)).toBe(true);
  });

  it('may be as deep as memory allows', () => {
    let deep: { next?: unknown } = {};
    for (let i = 0; i < 100_000; i += 1) deep = { next: deep };
    let depth = 0;
    for (let at: { next?: unknown } | undefined = travelled(deep); at; at = at.next as typeof at) depth += 1;
    expect(depth).toBe(100_001);
  });

  it('keeps holes, and takes no memory for them', () => {
    const holes = withHole();
    holes.length = 4_000_000_000;
    const arrived = travelled(holes);
    expect([arrived.length, 1 in arrived, arrived[2]]).toEqual([4_000_000_000, false, 3]);
  });

  it('keeps what arrays have besides items', () => {
    const match = /(?<first>a)(b)?/.exec('xab') as unknown[];
    const arrived = travelled(match) as unknown as RegExpExecArray;
    expect([...arrived]).toEqual(['ab', 'a', 'b']);
    expect([arrived.index, arrived.input, arrived.groups?.['first']]).toEqual([1, 'xab', 'a']);
  });

  it('has only its own part of a buffer', () => {
    const secret = Buffer.from('secret and public');
    const view = new Uint8Array(secret.buffer, secret.byteOffset + 11, 6);
    const arrived = travelled(view);
    expect(Buffer.from(arrived).toString()).toBe('public');
    expect(arrived.buffer.byteLength).toBe(6);
    expect(travelled(Buffer.from('ab')).constructor).toBe(Uint8Array);
  });

  it('is a URL with the same address, and a pattern with its flags', () => {
    const [url, pattern] = travelled([new URL('https://a.b/c?d=1#e'), /a\/b/giu] as const);
    expect([url.href, url instanceof URL]).toEqual(['https://a.b/c?d=1#e', true]);
    expect([pattern.source, pattern.flags]).toEqual(['a\\/b', 'giu']);
  });

  it('is of this realm, wherever it was made', () => {
    const foreign = runInNewContext('({ list: [1, new Map([[1, new Date(5)]])] })') as { list: [number, Map<number, Date>] };
    const arrived = travelled(foreign);
    expect(arrived).toEqual({ list: [1, new Map([[1, new Date(5)]])] });
    expect([arrived.list instanceof Array, arrived.list[1] instanceof Map]).toEqual([true, true]);
  });

  it('is a file with its facts', () => {
    const file = File.fromFacts({ uri: `ambit://sha256/${'a'.repeat(64)}`, name: 'x.txt', size: 3 });
    const arrived = travelled({ file }).file;
    expect(arrived).toBeInstanceOf(File);
    expect([arrived.uri, arrived.name, arrived.size, arrived.sha256]).toEqual([file.uri, 'x.txt', 3, 'a'.repeat(64)]);
  });

  it('has keys like __proto__ as keys', () => {
    const tricky = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"list":null}') as Record<string, unknown>;
    for (const value of [tricky, { tricky, undefined }]) {
      const arrived = travelled(value);
      expect(isDeepStrictEqual(arrived, value)).toBe(true);
      expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('arguments', () => {
  it('travel as one array, and what they share stays shared', () => {
    const shared = { x: 1 };
    const [first, second, third] = decodeArgs(encodeArgs([shared, undefined, [shared]])) as [unknown, undefined, unknown[]];
    expect(second).toBeUndefined();
    expect(third[0]).toBe(first);
    expect(decodeArgs(encodeArgs([]))).toEqual([]);
  });

  it('are nothing but an array', () => {
    expect(() => decodeArgs('{}')).toThrow(expect.objectContaining({ code: 'AMBIT_VALUE_MALFORMED' }) as Error);
  });
});

describe('a text that no version wrote', () => {
  it.each([
    ...[
      '',
      '{',
      '~',
      '~[]',
      '~[[0],[]]',
      '~[[0],[["surprise"]]]',
      '~[[0],[["view","Float64Array","AAA="]]]',
      '~[[0],[["view","Function","AAA="]]]',
    ],
    ...['~[[0],[["regexp","(",""]]]', '~[[0],[["url","no url"]]]', '~[["bigint","x"],[]]'],
  ])('is refused: %s', (text) => {
    expect(() => decodeValue(text)).toThrow(expect.objectContaining({ code: 'AMBIT_VALUE_MALFORMED' }) as Error);
  });
});
