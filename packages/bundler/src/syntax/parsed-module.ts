import { parseSync } from 'oxc-parser';
import type { Comment, ParseResult, Program } from 'oxc-parser';
import { pathIn } from '../paths.ts';

export interface ParsedModule {
  /** Absolute. */
  readonly file: string;
  readonly root: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** As it is on disk. All offsets are into this. */
  readonly source: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Where lines begin. */
  readonly lines: readonly number[];
  /** It imports or exports, or uses what only modules have. */
  readonly hasModuleSyntax: boolean;
  /** Why it is not to be understood, if it is not. */
  readonly error?: string;
}

/** A file that can hold code of the user's. */
export const scriptFile = /\.[cm]?[jt]sx?$/;

/** Whoever compiles the file says better what is wrong with it. */
export function parseModule(file: string, root: string, source: string): ParsedModule {
  const result = parsed(file, source);
  const { program, comments, module } = result;
  const error = errorOf(result);
  return {
    file,
    root,
    path: pathIn(root, file),
    source,
    program,
    comments,
    lines: lineStarts(source),
    hasModuleSyntax: module.hasModuleSyntax,
    ...(error !== undefined && { error }),
  };
}

/** What a file is, shows in its name and its text; where that misleads, it is what it can be read as. */
function parsed(file: string, source: string): ParseResult {
  const first = parseSync(file, source);
  if (errorOf(first) === undefined) return first;
  const others = (['module', 'commonjs'] as const).map((sourceType) => () => parseSync(file, source, { sourceType }));
  for (const parse of others) {
    const result = parse();
    if (errorOf(result) === undefined) return result;
  }
  return first;
}

function errorOf({ errors }: ParseResult): string | undefined {
  return errors.find(({ severity }) => (severity as string) === 'Error')?.message;
}

export function lineStarts(source: string): readonly number[] {
  const lines = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines.push(at + 1);
  return lines;
}

/** The line of an offset, from 0 on. */
export function lineAt(lines: readonly number[], offset: number): number {
  let low = 0;
  let high = lines.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lines[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** `fold/run.ts:12`. */
export function placeAt({ path, lines }: Pick<ParsedModule, 'path' | 'lines'>, offset: number): string {
  return `${path}:${lineAt(lines, offset) + 1}`;
}
