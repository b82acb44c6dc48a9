/** A place in a text, and where it was in the only source. */
export interface Segment {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The `mappings` of a source map. */
export function encodeMappings(segments: Iterable<Segment>): string {
  let text = '';
  let last: Segment = { line: 0, column: 0, sourceLine: 0, sourceColumn: 0 };
  let isFirst = true;
  for (const segment of segments) {
    const breaks = segment.line - last.line;
    if (breaks > 0) text += ';'.repeat(breaks);
    else if (!isFirst) text += ',';
    text += variableLength(segment.column - (breaks > 0 ? 0 : last.column)) + variableLength(0);
    text += variableLength(segment.sourceLine - last.sourceLine) + variableLength(segment.sourceColumn - last.sourceColumn);
    last = segment;
    isFirst = false;
  }
  return text;
}

/** A number in base 64, with the sign in the lowest bit and five bits a digit. */
function variableLength(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
