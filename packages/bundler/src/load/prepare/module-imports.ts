import { isBuiltin } from 'node:module';
import type { ImportKind } from 'esbuild';
import type { CallExpression, Node } from 'oxc-parser';
import { isBare } from '../../specifiers.ts';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { exportName, stringValue } from '../../syntax/patterns.ts';
import { walk } from '../../syntax/walk.ts';
import type { Resolution } from './package-resolver.ts';

/** What a module imports, as far as something has to be decided about it. */
export interface ModuleImports {
  /** Specifiers that are no paths, and how each is asked for. */
  readonly packages: ReadonlyMap<string, ImportKind>;
  /** Names by specifier; `*` where a namespace or everything is asked for. Types are not among them. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of `export * from`. */
  readonly stars: ReadonlySet<string>;
  /** `require('x')` where `require` is not the module's own. */
  readonly requires: readonly CallExpression[];
  /** `import('./' + x)`: which files those are, only their folders say. */
  readonly hasPatterns: boolean;
}

/** How bare specifiers of a module were resolved. */
export type Packages = ReadonlyMap<string, Resolution>;

export function moduleImports(module: ParsedModule, bound: ReadonlySet<string>): ModuleImports {
  const packages = new Map<string, ImportKind>();
  const names = new Map<string, Set<string>>();
  const stars = new Set<string>();
  const requires: CallExpression[] = [];
  let hasPatterns = false;
  const ask = (specifier: string, kind: ImportKind): void => {
    if ((isBare(specifier) || isBuiltin(specifier)) && !packages.has(specifier)) packages.set(specifier, kind);
  };
  const want = (specifier: string, name: string): void => {
    names.set(specifier, (names.get(specifier) ?? new Set()).add(name));
  };
  walk(module.program, (node) => {
    const from = sourceOf(node);
    if (from !== undefined) ask(from, 'import-statement');
    if (from !== undefined) for (const name of importedNames(node)) want(from, name);
    if (from !== undefined && isStar(node)) stars.add(from);
    if (node.type === 'TSImportEqualsDeclaration' && node.moduleReference.type === 'TSExternalModuleReference')
      ask(node.moduleReference.expression.value, 'require-call');
    if (!isRequire(node, bound)) {
      if (node.type === 'ImportExpression') hasPatterns ||= isPattern(node.source);
      return;
    }
    requires.push(node);
    ask(stringValue(node.arguments[0])!, 'require-call');
  });
  return { packages, names, stars, requires, hasPatterns };
}

/** The module that a statement imports from; also for types, which may be looked up there. */
export function sourceOf(node: Node): string | undefined {
  if (node.type !== 'ImportDeclaration' && node.type !== 'ExportNamedDeclaration' && node.type !== 'ExportAllDeclaration') return undefined;
  return node.source?.value;
}

function importedNames(node: Node): readonly string[] {
  if (isStar(node)) return ['*'];
  if (node.type === 'ImportDeclaration' && node.importKind !== 'type')
    return node.specifiers.flatMap((specifier) => {
      if (specifier.type === 'ImportDefaultSpecifier') return ['default'];
      if (specifier.type === 'ImportNamespaceSpecifier') return ['*'];
      return specifier.importKind === 'type' ? [] : [exportName(specifier.imported)];
    });
  if (node.type === 'ExportNamedDeclaration' && node.exportKind !== 'type')
    return node.specifiers.flatMap((specifier) => (specifier.exportKind === 'type' ? [] : [exportName(specifier.local)]));
  return [];
}

function isStar(node: Node): boolean {
  return node.type === 'ExportAllDeclaration' && node.exportKind !== 'type';
}

function isRequire(node: Node, bound: ReadonlySet<string>): node is CallExpression {
  if (node.type !== 'CallExpression' || node.optional || bound.has('require')) return false;
  return node.callee.type === 'Identifier' && node.callee.name === 'require' && stringValue(node.arguments[0]) !== undefined;
}

/** esbuild takes all files of such a pattern into the bundle. */
export function isPattern(source: Node): boolean {
  if (source.type === 'BinaryExpression') return isPattern(source.left) || (stringValue(source.left)?.match(/^\.{1,2}\//) ?? null) !== null;
  return source.type === 'TemplateLiteral' && source.expressions.length > 0 && /^\.{1,2}\//.test(source.quasis[0]?.value.raw ?? '');
}
