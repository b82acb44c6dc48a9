import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PrintedText } from '../../src/slice/printed-text.ts';
import { lineStarts } from '../../src/syntax/parsed-module.ts';

const word = fc.stringMatching(/^[a-z]{1,5}$/);
const source = fc
  .array(fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom('\n', '\r\n', '\n\n', ' ', '\t', '+', 'é', '😀')), { maxLength: 40 })
  .map((parts) => parts.join(' '));
const piece = fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', '', ' ', '; ', 'generated(', '\n'));

/** Where a text says that its words came from: in the source map, or, without one, where they stand. */
function originOf(text: string): (line: number, column: number) => readonly [number, number] {
  const [, encoded] = /\/\/# sourceMappingURL=data:application\/json;base64,(.*)$/.exec(text) ?? [];
  if (encoded === undefined) return (line, column) => [line, column];
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()) as SourceMapPayload);
  return (line, column) => {
    const entry = map.findEntry(line, column);
    return 'originalLine' in entry ? [entry.originalLine, entry.originalColumn + column - entry.generatedColumn] : [-1, -1];
  };
}

it('knows of each piece where it was, whatever is left out, put between or moved', () => {
  fc.assert(
    fc.property(
      source,
      fc.array(piece, { maxLength: 8 }),
      fc.boolean(),
      fc.constantFrom('', 'before(); '),
      (text, drafts, isSorted, before) => {
        const spans = drafts.map(([from, length, after]) => {
          const start = from % (text.length + 1);
          return { start, end: Math.min(text.length, start + length), after };
        });
        if (isSorted) spans.sort((a, b) => a.start - b.start);
        const printed = new PrintedText({ file: '/p/main.ts', source: text, lines: lineStarts(text) });
        for (const { start, end, after } of spans) {
          printed.copy(start, end);
          printed.put(after);
        }
        const all = printed.print(before);
        const originAt = originOf(all);
        let at = before.length;
        for (const { start, end } of spans.filter((span) => span.start < span.end)) {
          const copied = text.slice(start, end);
          at = all.indexOf(copied, at);
          expect(at).toBeGreaterThanOrEqual(0);
          for (const { index } of copied.matchAll(/[a-z]+/g)) {
            const [line, column] = positionOf(all, at + index);
            if (copied.trim() !== '' && isUnambiguous(text, copied))
              expect(originAt(line, column)).toEqual(positionOf(text, start + index));
          }
          at += copied.length;
        }
      },
    ),
    { numRuns: Number(process.env.AMBIT_RUNS ?? 300) },
  );
});

function positionOf(text: string, offset: number): readonly [number, number] {
  const before = text.slice(0, offset);
  return [before.split('\n').length - 1, offset - (before.lastIndexOf('\n') + 1)];
}

/** Found again where it was put: what comes once, and is not like what is put between. */
function isUnambiguous(text: string, piece: string): boolean {
  return text.indexOf(piece) === text.lastIndexOf(piece) && piece.length > 3 && !'before(); generated('.includes(piece.trim());
}
