import { basename } from 'node:path';
import MagicString from 'magic-string';
import type { AssetUse, CodeSite, ModuleSyntax, Span, Statement, Unit } from './module-syntax.ts';
import { isCut } from './roles.ts';
import type { Role } from './roles.ts';
import type { Slice } from './slice.ts';

interface Edit extends Span {
  readonly text: string;
}

export interface PrintOptions {
  /** What the literals of files beside the module become. */
  readonly assets: ReadonlyMap<AssetUse, string>;
  /** A name to export besides, so that a module of a package that calls itself free of effects can be held on to. */
  readonly anchor?: string;
}

/** The text of a module with only what the slice needs, and where each piece of it came from. */
export function printModule(module: ModuleSyntax, slice: Slice, { assets, anchor }: PrintOptions): string {
  const helpers = new Helpers(module);
  const edits = [...statementEdits(module, slice), ...codeEdits(module, slice, helpers), ...assetEdits(module, assets)];
  const text = new MagicString(module.source);
  for (const { start, end, text: replacement } of outermost([...edits, ...commentEdits(module)])) {
    if (replacement === '') text.remove(start, end);
    else text.update(start, end, replacement);
  }
  if (module.source.startsWith('#!')) text.remove(0, (module.source.indexOf('\n') + 1 || module.source.length + 1) - 1);
  text.prepend(helpers.imports());
  if (anchor) text.append(`\nexport const ${anchor} = 0;`);
  const map = text.generateMap({ source: basename(module.file), hires: 'boundary' });
  return `${text.toString()}\n//# sourceMappingURL=${map.toUrl()}`;
}

/** Names of the runtime, under local names that the module does not use. */
class Helpers {
  readonly #module: ModuleSyntax;
  readonly #locals = new Map<string, string>();

  constructor(module: ModuleSyntax) {
    this.#module = module;
  }

  local(name: string): string {
    let local = this.#locals.get(name) ?? `__ambit_${name}`;
    while (this.#module.source.includes(local)) local += '_';
    this.#locals.set(name, local);
    return local;
  }

  imports(): string {
    if (this.#locals.size === 0) return '';
    const names = [...this.#locals].sort();
    if (this.#module.isCommonJs) return `const { ${names.map(([name, local]) => `${name}: ${local}`).join(', ')} } = require("ambit"); `;
    return `import { ${names.map(([name, local]) => `${name} as ${local}`).join(', ')} } from "ambit"; `;
  }
}

function statementEdits(module: ModuleSyntax, slice: Slice): readonly Edit[] {
  return module.isWhole ? [] : module.statements.flatMap((statement) => statementEdit(module, statement, slice));
}

function statementEdit(module: ModuleSyntax, { start, end, units }: Statement, slice: Slice): readonly Edit[] {
  const [unit, ...others] = units;
  if (!unit) return [];
  if (others.length === 0) {
    const text = unitText(module, unit, slice);
    return text === undefined ? [] : [{ start, end, text }];
  }
  const kept = units.filter((each) => slice.reached.units.has(each));
  if (kept.length === 0) return [{ start, end, text: '' }];
  if (kept.length === units.length) return [];
  const bounds = [unit.start, ...kept.flatMap((each) => [each.start, each.end]), units.at(-1)?.end ?? end];
  const edits: Edit[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const [from = 0, to = 0] = bounds.slice(i, i + 2);
    const isBetween = i > 0 && i < bounds.length - 2;
    if (from < to) edits.push({ start: from, end: to, text: isBetween ? ', ' : '' });
  }
  return edits;
}

/** Undefined: as it is. */
function unitText(module: ModuleSyntax, unit: Unit, { reached }: Slice): string | undefined {
  const names = reached.names.get(unit);
  switch (unit.kind) {
    case 'type':
      return undefined;
    case 'code':
      return reached.units.has(unit) ? undefined : '';
    case 'import': {
      const imported = unit.imported ?? [];
      if (reached.effects.has(unit) || imported.every(({ local }) => names?.has(local)))
        return imported.length || reached.effects.has(unit) ? undefined : '';
      const kept = imported.filter(({ local }) => names?.has(local));
      return kept.length === 0 ? '' : `import ${importClause(kept)} from ${sourceText(module, unit)}`;
    }
    case 'export-list': {
      const listed = unit.listed ?? [];
      const kept = listed.filter(({ local }) => reached.locals.get(module)?.has(local));
      return kept.length === 0 ? '' : `export { ${kept.map(({ local, exported }) => renamed(local, exported)).join(', ')} };`;
    }
    case 'reexport': {
      if (!unit.reexported) return reached.units.has(unit) ? undefined : '';
      const kept = unit.reexported.filter(({ exported }) => names?.has(exported));
      const parts = kept.map(({ imported, exported }) => (imported === '*' ? `* as ${quoted(exported)}` : renamed(imported, exported)));
      if (parts.length === 0) return '';
      const isNamespace = kept[0]?.imported === '*';
      return `export ${isNamespace ? parts[0] : `{ ${parts.join(', ')} }`} from ${sourceText(module, unit)}`;
    }
  }
}

function importClause(kept: NonNullable<Unit['imported']>): string {
  const named = kept.filter(({ imported }) => imported !== '*' && imported !== 'default');
  const whole = kept.filter(({ imported }) => imported === '*').map(({ local }) => `* as ${local}`);
  const defaults = kept.filter(({ imported }) => imported === 'default').map(({ local }) => local);
  const list = named.length > 0 ? [`{ ${named.map(({ imported, local }) => renamed(imported, local)).join(', ')} }`] : [];
  return [...defaults, ...whole, ...list].join(', ');
}

/** From the specifier on, with attributes. */
function sourceText({ source }: ModuleSyntax, { sourceStart = 0, end }: Unit): string {
  return source.slice(sourceStart, end);
}

function renamed(name: string, as: string): string {
  return name === as ? quoted(name) : `${quoted(name)} as ${quoted(as)}`;
}

function quoted(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

function codeEdits(module: ModuleSyntax, { roles, reached }: Slice, helpers: Helpers): readonly Edit[] {
  const sites = [...module.sites.values()].filter((site) => reached.units.has(site.unit) && !isCut(site.region, roles));
  const replaced = sites.flatMap((site) => siteEdits(site, roles.get(site), helpers));
  const decided = module.mainCalls.filter(({ region }) => !isCut(region, roles)).map(({ start, end }) => ({ start, end, text: 'false' }));
  return [...replaced, ...decided, ...neverEdits(module, roles)];
}

/** What is never reached is gone, with its imports. A `var` there would still be declared. */
function neverEdits(module: ModuleSyntax, roles: Slice['roles']): readonly Edit[] {
  return module.neverTaken
    .filter(({ start, end, region }) => !isCut(region, roles) && !/\bvar\b/.test(module.source.slice(start, end)))
    .map(({ start, end, isStatement }) => ({ start, end, text: isStatement ? '{}' : 'void 0' }));
}

function siteEdits(site: CodeSite, role: Role | undefined, helpers: Helpers): readonly Edit[] {
  const { start, end, fn } = site;
  if (!role) return [];
  if (role.kind !== 'define') {
    const name = role.kind === 'task' ? role.id : role.name;
    return [{ start, end, text: `/* @__PURE__ */ ${helpers.local(role.kind)}(${JSON.stringify(name)})` }];
  }
  if (!fn) return [];
  return [
    { start, end: fn.start, text: `${helpers.local('defineTask')}(${JSON.stringify(role.id)}, ` },
    { start: fn.end, end, text: ')' },
  ];
}

function assetEdits(module: ModuleSyntax, assets: PrintOptions['assets']): readonly Edit[] {
  return module.assets.flatMap((use) => {
    const path = assets.get(use);
    return path === undefined ? [] : [{ start: use.start, end: use.end, text: JSON.stringify(path) }];
  });
}

/** Comments are gone, so that they do not count in a bundle's digest. A line's end stays: it may end a statement. */
function commentEdits({ comments, source }: ModuleSyntax): readonly Edit[] {
  return comments.map(({ start, end }) => ({ start, end, text: source.slice(start, end).includes('\n') ? '\n' : ' ' }));
}

/** Edits in the order of the text, without those inside of others. */
function outermost(edits: readonly Edit[]): readonly Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return sorted.filter((edit) => {
    const isInside = edit.start < end;
    end = Math.max(end, edit.end);
    return !isInside;
  });
}
