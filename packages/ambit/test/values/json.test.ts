import { Directory, File } from '@ambit/worker/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson } from '../../src/values/from-json.ts';
import { toJson } from '../../src/values/to-json.ts';

const through = (value: unknown): unknown => fromJson(JSON.parse(JSON.stringify(toJson(value))), 'value');

const plain = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>;
const special = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.bigInt(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, undefined),
  fc.uint8Array(),
  fc.webUrl().map((url) => new URL(url)),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, plain, special, tie('list'), tie('record'), tie('map'), tie('set')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  record: fc.dictionary(fc.oneof(fc.constantFrom('$date', '$file', '$object', '$map', 'a/b', '~'), fc.string()), tie('any'), {
    maxKeys: 4,
  }),
  map: fc.array(fc.tuple(plain, tie('any')), { maxLength: 3 }).map((entries) => new Map(entries)),
  set: fc.array(plain, { maxLength: 3 }).map((items) => new Set(items)),
})).any;

describe('values as JSON', () => {
  it('are the same again, whatever keys they have', () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(through(each)).toEqual(each);
      }),
    );
  });

  it('stay as they are where they are plain', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))), (each) => {
        expect(toJson(each)).toEqual(each);
      }),
    );
  });

  it('have the tags that programs rely on', () => {
    expect(toJson(new Date(0))).toEqual({ $date: '1970-01-01T00:00:00.000Z' });
    expect(toJson(12n)).toEqual({ $bigint: '12' });
    expect(toJson(new Map([['a', new Set([1])]]))).toEqual({ $map: [['a', { $set: [1] }]] });
    expect(toJson(new Uint8Array([1, 2]))).toEqual({ $bytes: 'AQI=' });
    expect(toJson(-0)).toEqual({ $number: '-0' });
    expect(toJson({ a: undefined })).toEqual({ a: { $undefined: true } });
    expect(toJson({ $date: 'no date' })).toEqual({ $object: { $date: 'no date' } });
    expect(toJson(File.fromFacts({ uri: `ambit://sha256/${'0'.repeat(64)}`, name: 'x', size: 3 }))).toEqual({
      $file: `ambit://sha256/${'0'.repeat(64)}`,
      size: 3,
      sha256: '0'.repeat(64),
    });
    const uri = `ambit://directory/${'0'.repeat(64)}`;
    expect(toJson([Directory.fromFacts({ uri, name: 'x' })])).toEqual([{ $directory: uri }]);
    expect((fromJson({ $directory: uri }, 'value') as Directory).uri).toBe(uri);
    expect(toJson({ $directory: 1, more: 2 })).toEqual({ $object: { $directory: 1, more: 2 } });
  });

  it('refer to the path that a cycle leads back to', () => {
    const cyclic: Record<string, unknown> = { list: [] };
    (cyclic['list'] as unknown[]).push(cyclic);
    expect(toJson({ root: cyclic })).toEqual({ root: { list: [{ $ref: '/root' }] } });
  });

  it('tell an error with its fields and its cause', () => {
    const error = Object.assign(new RangeError('too far', { cause: new TypeError('no number') }), { limit: 3 });
    expect(toJson(error)).toMatchObject({
      $error: {
        name: 'RangeError',
        message: 'too far',
        fields: { limit: 3 },
        cause: { $error: { name: 'TypeError', message: 'no number' } },
      },
    });
  });

  it('bring an error back with its class, fields, cause and stack, and with no stack of ours', () => {
    const error = Object.assign(new RangeError('too far', { cause: new TypeError('no number') }), { limit: 3 });
    const back = through(error) as RangeError;
    expect(back).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ message: 'too far', stack: error.stack, limit: 3, cause: expect.any(TypeError) as TypeError });
    expect(fromJson({ $error: { name: 'Odd', message: 'x' } }, 'input')).toMatchObject({ name: 'Odd', message: 'x', stack: 'Odd: x' });
  });

  it('are refused in a sentence where they are nested deeper than JSON can be', () => {
    let value: unknown[] = [];
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(() => toJson(value)).toThrow(
      expect.objectContaining({ code: 'AMBIT_VALUE_NESTED', message: 'The value is nested too deep for JSON.' }),
    );
    expect(() => fromJson(value, 'input')).toThrow(
      expect.objectContaining({ code: 'AMBIT_VALUE_NESTED', message: 'input is nested too deep for JSON.' }),
    );
  });

  it.each([
    [{ $date: 'yesterday' }, 'input.when: $date'],
    [{ $bigint: '1.5' }, '$bigint'],
    [{ $file: 'https://example.org' }, 'nothing here reads those'],
    [{ $directory: 'x' }, 'names no file or directory'],
  ])('are refused where a tag has wrong content: %j', (json, words) => {
    expect(() => fromJson(json, 'input.when')).toThrow(words);
  });
});
