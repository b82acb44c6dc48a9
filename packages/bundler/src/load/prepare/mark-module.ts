import { pathToFileURL } from 'node:url';
import MagicString from 'magic-string';
import type { BinaryExpression, CallExpression, MetaProperty, NewExpression, Node, PrivateInExpression } from 'oxc-parser';
import { placeAt } from '../../syntax/parsed-module.ts';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { stringValue } from '../../syntax/patterns.ts';
import { walk } from '../../syntax/walk.ts';
import type { MarkedSite } from '../prepared-project.ts';
import { lineBreaks } from './line-breaks.ts';
import { markImports } from './mark-imports.ts';
import { isPattern } from './module-imports.ts';
import type { ModuleImports, Packages } from './module-imports.ts';
import { markName } from './mark-name.ts';

export interface MarkedModule {
  readonly code: string;
  readonly sites: readonly MarkedSite[];
}

/** Methods whose place matters: where things are defined, and where what is checked later was said. */
const marked = new Set([
  ...['task', 'addDependency', 'cloneWith', 'fromDebianBase', 'fromBase', 'fromDockerfile', 'fromRefName', 'withAptPackages'],
  ...['withNpmPackages', 'withNpmProject', 'withPipPackages', 'withRequirements', 'withUvProject', 'withEnv', 'withWorkdir'],
  ...['withUser', 'withCommands', 'withSource'],
]);

interface Marking {
  readonly module: ParsedModule;
  readonly text: MagicString;
  readonly bound: ReadonlySet<string>;
  /** The module's URL, as a literal. */
  readonly url: string;
  readonly sites: MarkedSite[];
}

/**
 * The module with a mark around each call whose place matters, and with what it has of its own (`import.meta`,
 * `require`) kept, though it will stand in a bundle. It means the same as before.
 */
export function markModule(module: ParsedModule, bound: ReadonlySet<string>, imports: ModuleImports, packages: Packages): MarkedModule {
  const text = new MagicString(module.source);
  const marking: Marking = { module, text, bound, url: JSON.stringify(pathToFileURL(module.file).href), sites: [] };
  const left = markImports(module, text, imports, packages);
  walk(module.program, (node) => {
    for (const name of plainNames(node)) left.add(name);
    switch (node.type) {
      case 'CallExpression':
        return markCall(marking, node);
      case 'NewExpression':
        return markNew(marking, node);
      case 'MetaProperty':
        return keepMeta(marking, node);
      case 'ImportExpression':
        return keepImport(marking, node.source);
      case 'BinaryExpression':
        return keepMainCheck(marking, node);
      case 'Property':
        return keepShorthand(marking, node);
      case 'Identifier':
        return left.has(node) ? undefined : keepGlobal(marking, node);
      default:
        return undefined;
    }
  });
  if (!text.hasChanged()) return { code: module.source, sites: [] };
  const map = text.generateMap({ source: module.file, hires: 'boundary' });
  return { code: `${text.toString()}\n//# sourceMappingURL=${map.toUrl()}`, sites: marking.sites };
}

function markCall({ module, text, sites }: Marking, node: CallExpression): void {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return;
  if (node.optional || !marked.has(callee.property.name) || callee.object.type === 'Super' || isOptional(callee)) return;
  const site = siteOf(module, node, callee.property.start, callee);
  sites.push(site);
  const open = openingParenthesis(module.source, node.typeArguments?.end ?? callee.end);
  text.appendRight(node.start, `${markName}(${JSON.stringify(site.id)}, `);
  const called = `, "${callee.property.name}"${node.arguments.length === 0 ? '' : ', '}`;
  text.update(callee.object.end, open + 1, called + lineBreaks(module.source.slice(callee.object.end, open)));
}

function markNew({ module, text, bound, sites }: Marking, node: NewExpression): void {
  const { callee } = node;
  if (callee.type === 'Identifier' && callee.name in globalThis && !bound.has(callee.name)) return;
  const site = siteOf(module, node, node.start, callee);
  sites.push(site);
  const begin = `${markName}(${JSON.stringify(site.id)}, `;
  text.update(node.start, callee.start, begin + lineBreaks(module.source.slice(node.start, callee.start)));
  const end = node.typeArguments?.end ?? callee.end;
  if (end === node.end) {
    if (end > callee.end) text.update(callee.end, end, ' ');
    text.prependLeft(node.end, ', "new")');
    return;
  }
  const open = openingParenthesis(module.source, end);
  const called = `, "new"${node.arguments.length === 0 ? '' : ', '}`;
  text.update(callee.end, open + 1, called + lineBreaks(module.source.slice(callee.end, open)));
}

function siteOf(module: ParsedModule, node: Node, named: number, callee: Node): MarkedSite {
  const written = module.source.slice(callee.start, callee.end);
  const { start, end } = node;
  return {
    id: `${module.path}:${start}-${end}`,
    file: module.file,
    start,
    end,
    at: placeAt(module, named),
    callee: written.length > 60 || written.includes('\n') ? '(intermediate value)' : written,
  };
}

/** Within `a?.b.c`: all of it is left out where `a` is not there. */
function isOptional(node: Node): boolean {
  for (let at: Node = node; ;) {
    if (at.type === 'MemberExpression' || at.type === 'CallExpression') {
      if (at.optional) return true;
      at = at.type === 'MemberExpression' ? at.object : at.callee;
    } else if (at.type === 'TSNonNullExpression') at = at.expression;
    else return false;
  }
}

/** The next one that does not stand in a comment. */
function openingParenthesis(source: string, from: number): number {
  const comment = /\/\*[^]*?\*\/|\/\/[^\n]*|[^(]/y;
  comment.lastIndex = from;
  while (source[comment.lastIndex] !== '(' && comment.test(source)) continue;
  return comment.lastIndex;
}

function keepMeta({ text, url }: Marking, node: MetaProperty): void {
  if (node.meta.name === 'import') text.update(node.start, node.end, `${markName}.meta(${url})`);
}

/** A literal is resolved when the bundle is made. */
function keepImport({ text, url }: Marking, source: Node): void {
  if (stringValue(source) !== undefined || isPattern(source)) return;
  text.appendRight(source.start, `${markName}.resolve(${url}, `);
  text.prependLeft(source.end, ')');
}

/** `require.main === module`, the `isMain` of CommonJS. */
function keepMainCheck({ module, text, bound }: Marking, node: BinaryExpression | PrivateInExpression): false | undefined {
  const sides = [node.left, node.right].map((side) => module.source.slice(side.start, side.end));
  if (!sides.includes('require.main') || !sides.includes('module') || bound.has('require') || bound.has('module')) return undefined;
  text.update(node.start, node.end, node.operator.startsWith('!') ? 'true' : 'false');
  return false;
}

function keepShorthand(marking: Marking, node: Node & { type: 'Property' }): false | undefined {
  if (!node.shorthand || node.value.type !== 'Identifier') return undefined;
  const kept = ownOf(marking, node.value.name);
  if (kept !== undefined) marking.text.update(node.start, node.end, `${node.value.name}: ${kept}`);
  return false;
}

function keepGlobal(marking: Marking, node: Node & { readonly name: string }): void {
  const kept = ownOf(marking, node.name);
  if (kept !== undefined) marking.text.update(node.start, node.end, kept);
}

/** What CommonJS gives each module, and the runners of TypeScript give every module. */
function ownOf({ bound, url }: Marking, name: string): string | undefined {
  if (bound.has(name)) return undefined;
  if (name === 'require') return `${markName}.require(${url})`;
  if (name === '__filename') return `${markName}.meta(${url}).filename`;
  return name === '__dirname' ? `${markName}.meta(${url}).dirname` : undefined;
}

/** Names that are no variables: of members, keys, labels. */
function plainNames(node: Node): readonly Node[] {
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? [] : [node.property];
    case 'Property':
      return node.computed || node.shorthand ? [] : [node.key];
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return node.computed ? [] : [node.key];
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return node.label ? [node.label] : [];
    case 'ExportSpecifier':
      return [node.local, node.exported];
    case 'ImportSpecifier':
      return [node.imported, node.local];
    case 'TSEnumMember':
      return [node.id];
    case 'MetaProperty':
      return [node.meta, node.property];
    default:
      return [];
  }
}
