import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a loaded module came from. */
export interface LoadedModule {
  /** As Node imported it. */
  readonly url: string;
  /** Its source map on disk. */
  readonly map: string;
  readonly root: string;
}

/** A stack as the user wants to see it. */
export interface UserStack {
  /** The innermost place in the user's files. */
  readonly at?: string;
  /** Frames in the user's files and in packages, none of ours, as V8 writes them. */
  readonly frames: readonly string[];
}

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const location = /(?<=\(|at |async )((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?$/;
/** Where Node runs a module: what called us comes after it. */
const bottom = 'node:internal/modules/esm/module_job';
/** How far, in lines and columns, the code of a mark goes before the user's begins. */
const markLines = 4;
const markColumns = 400;

/** Reads positions back through the source map; made when something went wrong, never before. */
export function userStack(stack: string, module: LoadedModule): UserStack {
  const positionOf = sourcePositions(module);
  let at: string | undefined;
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    if (line.includes(bottom)) break;
    const found = /^\s+at /.test(line) ? location.exec(line) : null;
    if (!found) continue;
    const [text, path = '', row, column] = found;
    const own = path === module.url;
    const position = own ? positionOf(Number(row), Number(column)) : { file: pathOf(path), line: Number(row), column: Number(column) };
    if (!position || (!own && isOurs(position.file))) continue;
    if (own) at ??= placeOf(module.root, position);
    const shown = `${position.file}:${position.line}:${position.column}${text.endsWith(')') ? ')' : ''}`;
    frames.push(line.slice(0, line.length - text.length) + shown);
  }
  return at === undefined ? { frames } : { at, frames };
}

/** The place of a line of the loaded module. */
export function placeOfLine(line: number, module: LoadedModule): string | undefined {
  const position = sourcePositions(module)(line, 1);
  return position && placeOf(module.root, position);
}

function sourcePositions(module: LoadedModule): (line: number, column: number) => Position | undefined {
  let map: SourceMap | undefined;
  const exactly = (line: number, column: number): Position | undefined => {
    map ??= new SourceMap(JSON.parse(readFileSync(module.map, 'utf8')) as SourceMapPayload);
    const entry = map.findEntry(line - 1, column - 1);
    if (!('originalLine' in entry) || !entry.originalSource || entry.generatedLine !== line - 1) return undefined;
    return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
  // A mark stands before the call it is for, and has no place of its own.
  return (line, column) => {
    for (let row = line; row < line + markLines; row += 1)
      for (let at = row === line ? column : 1; at < column + markColumns; at += 1) {
        const position = exactly(row, at);
        if (position) return position;
      }
    return undefined;
  };
}

function placeOf(root: string, { file, line }: Position): string {
  return `${relative(root, file)}:${line}`;
}

function pathOf(path: string): string {
  return path.startsWith('file:') ? fileURLToPath(path.replace(/[?#].*$/, '')) : path;
}

let ours: string | undefined;

/** Of this package or of one that lies beside it, installed or in its repository. */
function isOurs(file: string): boolean {
  ours ??= ourFolder();
  return file.startsWith(`${ours}/`) || /\/node_modules\/(@ambit|ambit)\//.test(file);
}

function ourFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return basename(dirname(folder)) === 'node_modules' ? folder : dirname(folder);
}
