import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, parseBytes, parseDuration } from '../../src/index.ts';

const units = ['K', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

describe('a size', () => {
  it.each([
    [1, 1],
    ['4Gi', 4 * 2 ** 30],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['500M', 500_000_000],
    ['2T', 2e12],
    ['0.0001K', 1],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '4 Gi',
    '-4Gi',
    '4GB',
    '4g',
    'zz',
    '4',
    'Gi',
    '',
    ' 4Gi',
    '1e3Gi',
    '.5Gi',
    '0Gi',
    '99999999Ti',
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    null,
    undefined,
    {},
    [4],
  ])('%j is none', (value) => {
    expect(parseBytes(value)).toBeUndefined();
  });

  it('is written as it was read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom(...units), (amount, unit) => {
        const bytes = parseBytes(`${amount}${unit}`)!;
        expect(parseBytes(formatBytes(bytes))).toBe(bytes);
      }),
    );
    expect(['4Gi', '1.5Gi', '500M', '1Ki'].map((text) => formatBytes(parseBytes(text)!))).toEqual(['4Gi', '1.5Gi', '500M', '1Ki']);
  });

  it('is written near to what it is, however odd', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 2 ** 50 }), (bytes) => {
        const written = parseBytes(formatBytes(bytes))!;
        expect(Math.abs(written - bytes)).toBeLessThanOrEqual(bytes * 0.05);
      }),
    );
    expect(formatBytes(999)).toBe('999 bytes');
  });
});

describe('a length of time', () => {
  it.each([
    [250, 250],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ])('%j is %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['5 minutes', '5 m', '-5m', '5min', 'm', '', 0, -1, NaN, Infinity, null, undefined, {}])('%j is none', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });

  it('counts alike in all units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (n) => {
        expect(parseDuration(`${n}m`)).toBe(parseDuration(`${n * 60}s`));
        expect(parseDuration(`${n}d`)).toBe(parseDuration(`${n * 24}h`));
        expect(parseDuration(`${n}ms`)).toBe(parseDuration(n));
      }),
    );
  });
});
