import type { Declaration, ExportNamedDeclaration, Expression, ImportDeclaration, Node, Program } from 'oxc-parser';
import { exportName, patternNames } from '../syntax/patterns.ts';
import type { ModuleDraft } from './module-draft.ts';
import type { ImportedName, ModuleSyntax, Span, Unit } from './module-syntax.ts';
import { isPure } from './purity.ts';

/** The local name of a default export that has no name of its own. */
export const DEFAULT = '*default*';

/** Takes the top level of a module apart into units, imports and exports. */
export function readStatements(module: ModuleDraft, program: Program): void {
  for (const node of program.body) {
    const units = readStatement(module, node);
    module.statements.push({ start: node.start, end: node.end, units });
    module.units.push(...units);
    module.exportLists.push(...units.filter(({ kind }) => kind === 'export-list'));
  }
}

export function declare(module: ModuleDraft, unit: Unit, name: string): void {
  if (unit.names.has(name)) return;
  unit.names.add(name);
  const units = module.declared.get(name);
  if (units) units.push(unit);
  else module.declared.set(name, [unit]);
}

function readStatement(module: ModuleDraft, node: Program['body'][number]): readonly Unit[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return [readImport(module, node)];
    case 'ExportAllDeclaration': {
      if (node.exportKind === 'type') return [typeUnit(module, node)];
      if (node.exported) return [readReexport(module, node, node.source, [{ exported: exportName(node.exported), imported: '*' }])];
      const unit = newUnit(module, node, { kind: 'reexport', specifier: node.source.value, sourceStart: node.source.start });
      markSource(module, node.source);
      module.stars.push(unit);
      return [unit];
    }
    case 'ExportNamedDeclaration':
      return readExport(module, node);
    case 'ExportDefaultDeclaration':
      return [readDefault(module, node, node.declaration)];
    case 'TSExportAssignment':
      module.isWhole = true;
      return [newUnit(module, node, { kind: 'code', isBare: true })];
    default:
      return readDeclaration(module, node, false);
  }
}

function readImport(module: ModuleDraft, node: ImportDeclaration): Unit {
  if (node.importKind === 'type') return typeUnit(module, node);
  const imported: ImportedName[] = [];
  for (const specifier of node.specifiers) {
    const local = specifier.local.name;
    if (specifier.type === 'ImportNamespaceSpecifier') imported.push({ local, imported: '*' });
    else if (specifier.type === 'ImportDefaultSpecifier') imported.push({ local, imported: 'default' });
    else if (specifier.importKind !== 'type') imported.push({ local, imported: exportName(specifier.imported) });
  }
  // `import { type A } from` is nothing but types, unlike `import {} from`.
  if (imported.length === 0 && node.specifiers.length > 0) return typeUnit(module, node);
  const specifier = node.source.value;
  const unit = newUnit(module, node, { kind: 'import', specifier, imported, sourceStart: node.source.start });
  markSource(module, node.source);
  for (const { local, imported: name } of imported) module.imports.set(local, { unit, specifier, imported: name });
  return unit;
}

function readExport(module: ModuleDraft, node: ExportNamedDeclaration): readonly Unit[] {
  if (node.exportKind === 'type') return [typeUnit(module, node)];
  if (node.declaration) {
    const units = readDeclaration(module, node.declaration, true);
    for (const unit of units) for (const local of unit.names) module.exports.set(local, { kind: 'local', local });
    return units;
  }
  const specifiers = node.specifiers.filter((specifier) => specifier.exportKind !== 'type');
  const names = specifiers.map(({ exported, local }) => ({ exported: exportName(exported), local: exportName(local) }));
  if (node.source)
    return [
      readReexport(
        module,
        node,
        node.source,
        names.map(({ exported, local }) => ({ exported, imported: local })),
      ),
    ];
  for (const { exported, local } of names) module.exports.set(exported, { kind: 'local', local });
  return [newUnit(module, node, { kind: 'export-list', listed: names })];
}

interface Source extends Span {
  readonly value: string;
}

function markSource(module: ModuleDraft, { start, end, value }: Source): void {
  module.marks.push({ kind: 'source', start, end, specifier: value });
}

function readReexport(module: ModuleDraft, span: Span, source: Source, reexported: NonNullable<Unit['reexported']>): Unit {
  const specifier = source.value;
  const unit = newUnit(module, span, { kind: 'reexport', specifier, reexported, sourceStart: source.start });
  markSource(module, source);
  for (const { exported, imported } of reexported) module.exports.set(exported, { kind: 'from', unit, specifier, imported });
  return unit;
}

function readDefault(module: ModuleDraft, span: Span, node: Node): Unit {
  if (node.type === 'TSInterfaceDeclaration') return typeUnit(module, span);
  const isDeclaration = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  const unit = newUnit(module, span, {
    kind: 'code',
    isPure: node.type === 'FunctionDeclaration' || isPure(node),
    ...(!isDeclaration && { value: { initialiser: node as Expression } }),
  });
  declare(module, unit, DEFAULT);
  if (isDeclaration && node.id) declare(module, unit, node.id.name);
  module.exports.set('default', { kind: 'local', local: DEFAULT });
  return unit;
}

function readDeclaration(module: ModuleDraft, node: Declaration | Program['body'][number], exported: boolean): readonly Unit[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declare ? [typeUnit(module, node)] : readVariables(module, node);
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
    case 'EmptyStatement':
      return [typeUnit(module, node)];
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration': {
      if (isTypeOnly(node)) return [typeUnit(module, node)];
      const unit = newUnit(module, node, { kind: 'code', isPure: isPureDeclaration(node) });
      const name = node.id ? declaredName(node.id) : undefined;
      if (name !== undefined) declare(module, unit, name);
      return [unit];
    }
    default: {
      if (node.type === 'ExpressionStatement' && 'directive' in node && node.directive) return [typeUnit(module, node)];
      const expression = node.type === 'ExpressionStatement' ? { expression: node.expression } : {};
      return [newUnit(module, node, { kind: 'code', isBare: !exported, ...expression })];
    }
  }
}

function readVariables(module: ModuleDraft, node: Extract<Declaration, { type: 'VariableDeclaration' }>): readonly Unit[] {
  const isUsing = node.kind === 'using' || node.kind === 'await using';
  return node.declarations.map(({ id, init, start, end }) => {
    const isName = id.type === 'Identifier';
    const unit = newUnit(module, node.declarations.length === 1 ? node : { start, end }, {
      kind: 'code',
      isPure: isName && !isUsing && isPure(init),
      ...(isName && { value: init ? { initialiser: init } : {} }),
    });
    for (const name of patternNames(id)) declare(module, unit, name);
    return unit;
  });
}

/** Of `namespace A.B`, `A`. */
function declaredName(id: Node): string | undefined {
  if (id.type === 'TSQualifiedName') return declaredName(id.left);
  return id.type === 'Identifier' ? id.name : undefined;
}

function isTypeOnly(node: Node): boolean {
  if ('declare' in node && node.declare) return true;
  if (node.type === 'FunctionDeclaration') return !node.body;
  if (node.type === 'TSModuleDeclaration') return node.kind === 'global' || declaredName(node.id) === undefined;
  return node.type === 'TSImportEqualsDeclaration' && node.importKind === 'type';
}

function isPureDeclaration(node: Node): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'TSEnumDeclaration' || (node.type === 'ClassDeclaration' && isPure(node));
}

function typeUnit(module: ModuleDraft, span: Span): Unit {
  return newUnit(module, span, { kind: 'type' });
}

export function newUnit(module: ModuleSyntax, { start, end }: Span, facts: Partial<Unit> & Pick<Unit, 'kind'>): Unit {
  return {
    isBare: false,
    isPure: false,
    ...facts,
    module,
    start,
    end,
    names: new Set(),
    references: [],
    ownReferences: [],
    loads: [],
    sites: [],
    assets: [],
  };
}
