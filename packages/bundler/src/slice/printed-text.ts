import { basename } from 'node:path';
import { lineAt } from '../syntax/parsed-module.ts';
import type { ModuleSyntax } from './module-syntax.ts';
import { encodeMappings } from './source-mappings.ts';
import type { Segment } from './source-mappings.ts';

/** Source text, and where it was put. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Text made of pieces of a module, each where it was: gaps are filled with blanks, so that positions need no map. Where there is no
 * room for that, a source map says where pieces came from.
 */
export class PrintedText {
  readonly #module: Pick<ModuleSyntax, 'file' | 'source' | 'lines'>;
  readonly #parts: string[] = [];
  readonly #pieces: Piece[] = [];
  #line = 0;
  #column = 0;
  #isInPlace = true;

  constructor(module: Pick<ModuleSyntax, 'file' | 'source' | 'lines'>) {
    this.#module = module;
  }

  /** A piece of the source. */
  copy(start: number, end: number): void {
    if (start >= end) return;
    if (!this.#moveTo(start)) this.#isInPlace = false;
    this.#pieces.push({ start, end, line: this.#line, column: this.#column });
    this.#parts.push(this.#module.source.slice(start, end));
    const { lines } = this.#module;
    const last = lineAt(lines, end);
    const breaks = last - lineAt(lines, start);
    this.#line += breaks;
    this.#column = breaks > 0 ? end - lines[last]! : this.#column + end - start;
  }

  /** Text that stands for what begins there in the source. */
  at(offset: number, text: string): void {
    this.#moveTo(offset);
    this.put(text);
  }

  put(text: string): void {
    this.#parts.push(text);
    const breaks = text.split('\n');
    this.#line += breaks.length - 1;
    this.#column = (breaks.length > 1 ? 0 : this.#column) + breaks.at(-1)!.length;
  }

  /** All of it, with something before it. */
  print(before = ''): string {
    const text = before + this.#parts.join('');
    if (this.#isInPlace && before === '') return text;
    const map = { version: 3, sources: [basename(this.#module.file)], names: [], mappings: encodeMappings(this.#segments(before.length)) };
    return `${text}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  }

  /** Whether there is room. */
  #moveTo(offset: number): boolean {
    const { lines } = this.#module;
    const line = lineAt(lines, offset);
    const column = offset - lines[line]!;
    if (line < this.#line || (line === this.#line && column < this.#column)) return false;
    const blanks = line > this.#line ? column : column - this.#column;
    this.#parts.push('\n'.repeat(line - this.#line) + ' '.repeat(blanks));
    this.#line = line;
    this.#column = column;
    return true;
  }

  /** One for each word, in the order of the text. */
  *#segments(before: number): Iterable<Segment> {
    const { source, lines } = this.#module;
    for (const piece of this.#pieces) {
      let sourceLine = lineAt(lines, piece.start);
      let { line } = piece;
      let shift = piece.column + (line === 0 ? before : 0) - piece.start;
      for (const { 0: word, index } of source.slice(piece.start, piece.end).matchAll(/\n|[\w$]+|[^\w$\s]/g)) {
        const offset = piece.start + index;
        if (word === '\n') {
          line += 1;
          sourceLine += 1;
          shift = -lines[sourceLine]!;
        } else yield { line, column: offset + shift, sourceLine, sourceColumn: offset - lines[sourceLine]! };
      }
    }
  }
}
