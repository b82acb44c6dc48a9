import { parseSync } from 'oxc-parser';
import type { Comment, Node, Program } from 'oxc-parser';

export interface ParsedModule {
  /** Absolute. */
  readonly file: string;
  /** Relative to the root. */
  readonly name: string;
  /** As it is on disk. All offsets are into this. */
  readonly source: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** Where lines begin. */
  readonly lines: readonly number[];
}

/** A file that can hold code of the user's. */
export const scriptFile = /\.[cm]?[jt]sx?$/;

/** Nothing where the file is not to be understood; whoever compiles it says why. */
export function parseModule(file: string, name: string, source: string): ParsedModule | undefined {
  const { program, comments } = parseSync(file, source, { sourceType: /\.c[jt]s$/.test(file) ? 'unambiguous' : 'module' });
  if (program.body.length === 0) return undefined;
  const lines = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines.push(at + 1);
  return { file, name, source, program, comments, lines };
}

/** `fold/run.ts:12`. */
export function placeAt(module: ParsedModule, offset: number): string {
  let low = 0;
  let high = module.lines.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (module.lines[middle]! <= offset) low = middle;
    else high = middle;
  }
  return `${module.name}:${low + 1}`;
}

/** Lines keep their numbers, also in what esbuild reports. */
export function lineBreaks(text: string): string {
  return text.replace(/[^\n]/g, '');
}

const withoutCode = new Set([
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
  'returnType',
  'implements',
  'superTypeArguments',
  'parent',
]);
const withoutValue = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSDeclareFunction']);

/** All nodes that are code, not types, in the order of the text, outer ones first. `visit` answers `false` where what is inside does not matter. */
export function walk(root: Node, visit: (node: Node) => boolean | void): void {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (withoutValue.has(node.type) || ('declare' in node && node.declare === true) || visit(node) === false) continue;
    open.push(...childrenOf(node).reverse());
  }
}

/** The code directly in a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (withoutCode.has(key) || typeof value !== 'object' || value === null) continue;
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value as unknown]) if (isNode(child)) children.push(child);
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
