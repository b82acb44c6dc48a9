import { pathToFileURL } from 'node:url';
import type MagicString from 'magic-string';
import type { CallExpression, ImportDeclaration, ImportSpecifier, Node } from 'oxc-parser';
import { placeAt } from '../../syntax/parsed-module.ts';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { exportName, stringValue } from '../../syntax/patterns.ts';
import { walk } from '../../syntax/walk.ts';
import { lineBreaks } from './line-breaks.ts';
import { markName } from './mark-name.ts';
import { sourceOf } from './module-imports.ts';
import type { ModuleImports, Packages } from './module-imports.ts';
import { wholeName } from './stand-ins.ts';

/**
 * Imports as a loaded module needs them: of packages that are not there, `import *` takes one name that a stand-in
 * exports; `isMain` is false; `require` finds packages from where the module is. Gives the names to leave alone.
 */
export function markImports(module: ParsedModule, text: MagicString, imports: ModuleImports, packages: Packages): Set<Node> {
  for (const statement of module.program.body) {
    const from = sourceOf(statement);
    if (from !== undefined && packages.get(from)?.kind === 'missing' && !imports.stars.has(from)) nameNamespace(module, text, statement);
    if (from === 'ambit' && statement.type === 'ImportDeclaration') neverMain(text, statement);
    if (statement.type === 'TSImportEqualsDeclaration') requireEquals(module, text, statement, packages);
  }
  return markRequires(module, text, imports.requires, packages);
}

/** A stand-in has no namespace of its own: what is asked of that is not known. */
function nameNamespace(module: ParsedModule, text: MagicString, statement: Node): void {
  if (statement.type === 'ImportDeclaration')
    for (const { type, start, end, local } of statement.specifiers)
      if (type === 'ImportNamespaceSpecifier') text.update(start, end, `{ ${wholeName} as ${local.name} }`);
  if (statement.type !== 'ExportAllDeclaration' || !statement.exported) return;
  const { start, exported } = statement;
  const name = module.source.slice(exported.start, exported.end);
  text.update(start, exported.end, `export { ${wholeName} as ${name} }${lineBreaks(module.source.slice(start, exported.end))}`);
}

/** Whatever name it has here, and also when it is called later: loaded code is nobody's main module. */
function neverMain(text: MagicString, statement: ImportDeclaration): void {
  const asked = statement.specifiers.filter(
    (specifier): specifier is ImportSpecifier => specifier.type === 'ImportSpecifier' && exportName(specifier.imported) === 'isMain',
  );
  for (const { start, end, local } of asked) {
    text.update(start, end, `isMain as ${markName}_${local.name}`);
    text.appendLeft(statement.end, `; function ${local.name}() { return false; }`);
  }
}

function requireEquals(
  module: ParsedModule,
  text: MagicString,
  statement: Node & { type: 'TSImportEqualsDeclaration' },
  packages: Packages,
): void {
  const { moduleReference: reference, importKind, start, end, id } = statement;
  if (reference.type !== 'TSExternalModuleReference' || importKind === 'type') return;
  const specifier = reference.expression.value;
  const found = packages.get(specifier)?.kind;
  if (found === undefined || found === 'project' || found === 'unknown') return;
  const value =
    found === 'missing' ? absent(module, specifier, start) : `${markName}.require(${urlOf(module)})(${JSON.stringify(specifier)})`;
  text.update(start, end, `const ${id.name} = ${value};${lineBreaks(module.source.slice(start, end))}`);
}

/** Packages are required by Node, from where the module is; files of the project by the bundle. */
function markRequires(module: ParsedModule, text: MagicString, requires: readonly CallExpression[], packages: Packages): Set<Node> {
  const left = new Set<Node>();
  const unguarded = unguardedCalls(module);
  for (const call of requires) {
    const specifier = stringValue(call.arguments[0])!;
    const found = packages.get(specifier)?.kind;
    const isAbsent = found === 'missing' && unguarded.has(call);
    if (isAbsent) text.update(call.start, call.end, absent(module, specifier, call.start));
    if (isAbsent || found === undefined || found === 'project' || found === 'unknown') left.add(call.callee);
  }
  return left;
}

/** Calls that are made whenever the module runs, and whose failure would be the module's. */
function unguardedCalls(module: ParsedModule): ReadonlySet<Node> {
  const calls = new Set<Node>();
  walk(module.program, (node) => {
    if (node.type === 'CallExpression') calls.add(node);
    return !guarding.has(node.type);
  });
  return calls;
}

const guarding = new Set([
  ...['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ClassDeclaration', 'ClassExpression'],
  ...['TryStatement', 'IfStatement', 'ConditionalExpression', 'LogicalExpression', 'SwitchStatement'],
]);

function absent(module: ParsedModule, specifier: string, offset: number): string {
  return `${markName}.absentNamespace(${JSON.stringify(specifier)}, ${JSON.stringify(placeAt(module, offset))})`;
}

function urlOf(module: ParsedModule): string {
  return JSON.stringify(pathToFileURL(module.file).href);
}
