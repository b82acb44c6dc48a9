import { dirname, join } from 'node:path';
import type { Node, TSEnumDeclaration, TSInterfaceDeclaration, TSType } from 'oxc-parser';
import { readTracked } from '../load/inputs.ts';
import type { TrackedFile } from '../load/inputs.ts';
import type { ReadModule } from '../load/prepare/project-reading.ts';
import { parseModule } from '../syntax/parsed-module.ts';
import type { ParsedModule } from '../syntax/parsed-module.ts';
import { exportName } from '../syntax/patterns.ts';

export type TypeDeclaration = TSType | TSInterfaceDeclaration | TSEnumDeclaration;

interface From {
  readonly from: string;
  readonly name: string;
}

/** What the top level of a module declares, by name. */
export interface ModuleScope {
  readonly module: ParsedModule;
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  /** Functions, and what constants are initialised with. */
  readonly values: ReadonlyMap<string, Node>;
  readonly imports: ReadonlyMap<string, From>;
  readonly reexports: ReadonlyMap<string, From>;
  readonly stars: readonly string[];
}

/** A declaration, and the module it stands in. */
export interface Found<T> {
  readonly node: T;
  readonly scope: ModuleScope;
}

/** Looks names up through the modules of a project, also those that only types are imported from. */
export interface Lookup {
  scope(file: string): ModuleScope | undefined;
  type(name: string, scope: ModuleScope): Found<TypeDeclaration> | undefined;
  value(name: string, scope: ModuleScope): Found<Node> | undefined;
  /** Files that only this looked into. */
  readonly files: readonly TrackedFile[];
}

type Kind = 'types' | 'values';

export function createLookup(modules: ReadonlyMap<string, ReadModule>, root: string): Lookup {
  const scopes = new Map<string, ModuleScope | undefined>();
  const files: TrackedFile[] = [];

  const parse = (file: string): ParsedModule | undefined => {
    const known = modules.get(file);
    if (known) return known.syntax;
    const read = readTracked(file);
    if (read) files.push(read.file);
    return read && parseModule(file, root, read.text);
  };
  const scope = (file: string): ModuleScope | undefined => {
    if (!scopes.has(file)) {
      const module = parse(file);
      scopes.set(file, module && moduleScope(module));
    }
    return scopes.get(file);
  };
  const target = (specifier: string, importer: string): ModuleScope | undefined => {
    const alias = modules.get(importer)?.packages.get(specifier);
    if (alias?.kind === 'project') return scope(alias.path);
    if (!specifier.startsWith('.')) return undefined;
    for (const candidate of candidates(join(dirname(importer), specifier))) {
      const found = scope(candidate);
      if (found) return found;
    }
    return undefined;
  };
  const find = (kind: Kind, name: string, within: ModuleScope, seen: Set<string>): Found<Node> | undefined => {
    const visit = `${within.module.file} ${name}`;
    if (seen.has(visit)) return undefined;
    seen.add(visit);
    const node = within[kind].get(name);
    if (node) return { node, scope: within };
    const through = within.imports.get(name) ?? within.reexports.get(name);
    const froms = through ? [through] : within.stars.map((from) => ({ from, name }));
    for (const { from, name: asked } of froms) {
      const other = target(from, within.module.file);
      const found = other && find(kind, asked, other, seen);
      if (found) return found;
    }
    return undefined;
  };
  return {
    scope,
    files,
    type: (name, within) => find('types', name, within, new Set()) as Found<TypeDeclaration> | undefined,
    value: (name, within) => find('values', name, within, new Set()),
  };
}

function candidates(path: string): readonly string[] {
  const stem = path.replace(/\.([cm]?)jsx?$/, '.$1');
  const typed = stem === path ? [] : [`${stem}ts`, `${stem}tsx`, `${stem}d.ts`].map((each) => each.replace(/\.([cm])d\.ts$/, '.d.$1ts'));
  const added = ['.ts', '.tsx', '.mts', '.d.ts', '.js', '.mjs'].map((each) => path + each);
  return [...typed, path, ...added, join(path, 'index.ts')];
}

function moduleScope(module: ParsedModule): ModuleScope {
  const types = new Map<string, TypeDeclaration>();
  const values = new Map<string, Node>();
  const imports = new Map<string, From>();
  const reexports = new Map<string, From>();
  const stars: string[] = [];
  for (const statement of module.program.body) {
    if (statement.type === 'ImportDeclaration')
      for (const each of statement.specifiers)
        imports.set(each.local.name, {
          from: statement.source.value,
          name: each.type === 'ImportSpecifier' ? exportName(each.imported) : 'default',
        });
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value);
    if (statement.type === 'ExportNamedDeclaration' && statement.source)
      for (const each of statement.specifiers)
        reexports.set(exportName(each.exported), { from: statement.source.value, name: exportName(each.local) });
    declare(statement, types, values);
  }
  return { module, types, values, imports, reexports, stars };
}

function declare(statement: Node, types: Map<string, TypeDeclaration>, values: Map<string, Node>): void {
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      if (statement.declaration) declare(statement.declaration, types, values);
      else if (!statement.source)
        for (const { local, exported } of statement.specifiers) rename(exportName(local), exportName(exported), types, values);
      return;
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement;
      declare(declaration, types, values);
      values.set('default', declaration);
      if (declaration.type === 'TSInterfaceDeclaration') types.set('default', declaration);
      return;
    }
    case 'TSTypeAliasDeclaration':
      return void types.set(statement.id.name, statement.typeAnnotation);
    case 'TSInterfaceDeclaration':
    case 'TSEnumDeclaration':
      return void types.set(statement.id.name, statement);
    case 'FunctionDeclaration':
      return void (statement.id && values.set(statement.id.name, statement));
    case 'VariableDeclaration':
      for (const { id, init } of statement.declarations) if (id.type === 'Identifier' && init) values.set(id.name, init);
      return;
    default:
  }
}

function rename(local: string, exported: string, ...maps: readonly Map<string, Node>[]): void {
  for (const map of maps) {
    const declared = map.get(local);
    if (declared) map.set(exported, declared);
  }
}
