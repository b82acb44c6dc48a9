import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RedactedStream } from '../../src/secrets/redacted-stream.ts';
import { REDACTED, Redaction } from '../../src/secrets/redaction.ts';

/** Written in these pieces. */
function written(secrets: readonly string[], pieces: readonly Buffer[]): string {
  const out: Buffer[] = [];
  const stream = new RedactedStream(new Redaction(secrets), (data) => out.push(Buffer.from(data)));
  for (const piece of pieces) stream.push(Buffer.from(piece));
  stream.flush();
  return Buffer.concat(out).toString('latin1');
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) pieces.push(bytes.subarray(at, (at += length)));
  return [...pieces, bytes.subarray(at)];
}

const jsonText = (text: string): string => JSON.stringify(text).slice(1, -1);
const encodings: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  json: jsonText,
  url: encodeURIComponent,
  'url in lower case': (secret) => encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  form: (secret) => new URLSearchParams({ a: secret }).toString().slice(2),
  query: (secret) => new URL(`http://a/?${encodeURIComponent(secret)}`).search.slice(1),
};

/** Of digits and capitals, which the texts around do not have. */
const secret = fc.string({ unit: fc.constantFrom(...'ABCXYZ0123456789/+=%& "\\\'\né€'), minLength: 8, maxLength: 60 });
const clear = secret.filter((text) => /^[A-Z0-9]/.test(text) && /[A-Z0-9]$/.test(text));
const around = fc.string({ unit: fc.constantFrom(...'abcxyz .,;:()\n'), maxLength: 40 });
const lengths = fc.array(fc.nat({ max: 12 }), { maxLength: 60 });

describe('redaction of output', () => {
  it.each(Object.entries(encodings))('takes out %s, however it is split, and leaves the rest', (_, encode) => {
    fc.assert(
      fc.property(clear, fc.array(around, { minLength: 2, maxLength: 5 }), lengths, (value, texts, sizes) => {
        const bytes = Buffer.from(texts.join(encode(value)));
        expect(written([value], cut(bytes, sizes))).toBe(texts.join(REDACTED));
      }),
    );
  });

  it('takes out base64 at any offset, of both alphabets', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'ABC0123456789~?>é'), minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(digits, around, around, lengths, fc.constantFrom('base64' as const, 'base64url' as const), (value, a, b, sizes, kind) => {
        const own = Buffer.from(value).toString('base64').slice(2, -4);
        const out = written([value], cut(Buffer.from(Buffer.from(a + value + b).toString(kind)), sizes));
        expect(out).toContain(REDACTED);
        expect(out).not.toContain(own);
        expect(Buffer.from(out.replaceAll(REDACTED, ''), 'base64').includes(Buffer.from(value).subarray(2, -2))).toBe(false);
      }),
    );
  });

  it('never lets a value through, of secrets that overlap', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 8 });
    const noise = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 80 });
    fc.assert(
      fc.property(fc.array(few, { minLength: 1, maxLength: 3 }), noise, lengths, (secrets, text, sizes) => {
        const out = written(secrets, cut(Buffer.from(text), sizes));
        for (const value of secrets) expect(out).not.toContain(value);
        expect(out).toBe(written(secrets, [Buffer.from(text)]));
      }),
      { numRuns: 500 },
    );
  });

  it('takes out each line of several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n';
    expect(written([key], [Buffer.from('read MIIEvQIBADANBg, then\r\nkqhkiG9w0BAQEF.')])).toBe('read ***, then\r\n***.');
    expect(written([key], [Buffer.from(`all: ${key}`)])).toBe('all: ***');
    expect(written([key], [Buffer.from(`all: ${key.trim()} end`)])).toBe('all: *** end');
  });

  it('leaves what has no secret as it is, byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), lengths, (bytes, sizes) => {
        expect(written(['SECRET-VALUE'], cut(Buffer.from(bytes), sizes))).toBe(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  it('holds back no more than what may be a secret', () => {
    const out: string[] = [];
    const stream = new RedactedStream(new Redaction(['hunter2-hunter2']), (data) => out.push(data.toString()));
    stream.push(Buffer.from('loading 10 % '));
    stream.push(Buffer.from('by hunter'));
    expect(out.join('')).toBe('loading 10 % by ');
    stream.push(Buffer.from('s in the wood.'));
    expect(out.join('')).toBe('loading 10 % by hunters in the wood.');
  });

  it('leaves texts alone that are too short to be told from others', () => {
    expect(written(['1', ''], [Buffer.from('1 of 10')])).toBe('1 of 10');
  });
});
