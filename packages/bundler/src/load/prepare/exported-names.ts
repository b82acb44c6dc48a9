import type { Node, Program } from 'oxc-parser';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { exportName, patternNames } from '../../syntax/patterns.ts';
import type { PreparedProject } from '../prepared-project.ts';

/** The names that a module exports, in the order of its text. */
export function exportedNames(module: ParsedModule | undefined): Pick<PreparedProject, 'exported' | 'commonJs'> {
  const body = module?.program.body ?? [];
  return { exported: body.flatMap((statement) => namesOf(statement)), commonJs: !body.some(isEsm) };
}

function namesOf(statement: Program['body'][number]): readonly string[] {
  if (statement.type === 'ExportDefaultDeclaration') return ['default'];
  if (statement.type === 'ExportAllDeclaration') return statement.exported ? [exportName(statement.exported)] : [];
  if (statement.type !== 'ExportNamedDeclaration') return [];
  return [...statement.specifiers.map((each) => exportName(each.exported)), ...declaredNames(statement.declaration)];
}

function declaredNames(declaration: Node | null): readonly string[] {
  if (declaration?.type === 'VariableDeclaration') return declaration.declarations.flatMap((each) => patternNames(each.id));
  return declaration && 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : [];
}

function isEsm(statement: Node): boolean {
  return (
    statement.type === 'ExportDefaultDeclaration' ||
    statement.type === 'ExportAllDeclaration' ||
    statement.type === 'ExportNamedDeclaration'
  );
}
