import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILES, setGlobal } from '../../src/runtime/brands.ts';
import { temporaryFiles } from '../../src/runtime/temporary-files.ts';
import { decodeArgs, encodeArgs, encodeValue, inputDigest, largeValueOf, outsourced, whole } from '../../src/values/index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ambit-large-'));
  setGlobal(FILES, temporaryFiles(directory));
});
afterEach(async () => {
  setGlobal(FILES, undefined);
  await rm(directory, { recursive: true });
});

describe('a value of more than 256 KiB', () => {
  it.each([
    ['plain', ['a'.repeat(3_000_000)]],
    // Two code units each, at odd places: a piece would end within one.
    ['with pairs of surrogates', ['.' + '😀'.repeat(1_500_000), '\ud83d']],
    ['not plain', [new Map([['x', new Uint8Array(400_000).fill(7)]])]],
  ])('lies in the store, and is the same again: %s', async (_, args) => {
    const text = encodeArgs(args);
    const told = await outsourced(text, 'args');
    expect(told.length).toBeLessThan(300);
    expect(largeValueOf(told)).toMatchObject({
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      size: Buffer.byteLength(text),
    });
    expect((await whole(told)) === text).toBe(true);
  });

  it('has the identity that it has by itself', async () => {
    const [one, two] = [encodeArgs([{ a: 1, b: 'x'.repeat(300_000) }]), encodeArgs([{ b: 'x'.repeat(300_000), a: 1 }])];
    expect(inputDigest(await outsourced(one, 'args'))).toBe(inputDigest(two));
    expect(() => inputDigest('^{"digest":"sha256:1","size":1}')).toThrow(
      expect.objectContaining({ code: 'AMBIT_VALUE_MALFORMED' }) as Error,
    );
  });

  it('is only that: up to it, a value is itself', async () => {
    const short = encodeArgs(['x'.repeat(256 * 1024 - 4)]);
    expect(short).toHaveLength(256 * 1024);
    expect(await outsourced(short, 'args')).toBe(short);
    expect(await readdir(directory)).toEqual([]);
    expect(decodeArgs(await whole(short))).toHaveLength(1);
    expect(largeValueOf(await outsourced(encodeArgs(['x'.repeat(256 * 1024 - 3)]), 'args'))).toBeDefined();
  });

  it('is not taken for a text that begins alike', async () => {
    for (const value of ['^', '^{"digest":"x"}', ['^']]) {
      expect(largeValueOf(encodeValue(value))).toBeUndefined();
      expect(await whole(encodeValue(value))).toBe(encodeValue(value));
    }
  });

  it('says so where it is gone', async () => {
    const told = await outsourced(encodeArgs(['x'.repeat(300_000)]), 'args');
    await rm(directory, { recursive: true });
    await expect(whole(told)).rejects.toMatchObject({ code: 'AMBIT_OBJECT_MISSING' });
    setGlobal(FILES, temporaryFiles((directory = await mkdtemp(join(tmpdir(), 'ambit-large-')))));
  });
});
