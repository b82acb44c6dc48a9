import { exportClause, importClause, renamed } from './import-clauses.ts';
import type { Argument, AssetUse, CodeSite, Mark, ModuleSyntax, Span, Statement, Unit } from './module-syntax.ts';
import { lastUpTo } from '../syntax/sorted.ts';
import { moduleOf } from './module-graph.ts';
import { PrintedText } from './printed-text.ts';
import type { Role } from './site-role.ts';
import type { Slice } from './slice.ts';

export interface PrintOptions {
  /** What the literals of files beside the module become. */
  readonly assets: ReadonlyMap<AssetUse, string>;
  /** A name to export besides, so that a module of a package that calls itself free of effects can be held on to. */
  readonly anchor?: string;
  /** What tells the modules that this one imports from those of other slices. */
  readonly suffix?: string;
}

/** The text of a module with only what the slice needs, and where each piece of it came from. */
export function printModule(module: ModuleSyntax, slice: Slice, options: PrintOptions): string {
  return new Printer(module, slice, options).print();
}

class Printer {
  readonly #module: ModuleSyntax;
  readonly #slice: Slice;
  readonly #options: PrintOptions;
  readonly #text: PrintedText;
  readonly #helpers = new Map<string, string>();

  constructor(module: ModuleSyntax, slice: Slice, options: PrintOptions) {
    this.#module = module;
    this.#slice = slice;
    this.#options = options;
    this.#text = new PrintedText(module);
  }

  print(): string {
    const { source, isWhole, isCommonJs } = this.#module;
    if (isWhole) {
      const start = source.startsWith('#!') ? endOfLine(source) : 0;
      this.#copy({ start, end: source.length });
    } else for (const statement of this.#statements()) this.#statement(statement);
    const { anchor } = this.#options;
    if (anchor) this.#text.put(`\nexport const ${anchor} = 0;`);
    if (!isCommonJs) this.#text.put(this.#imports());
    return this.#text.print(isCommonJs ? this.#requires() : '');
  }

  /** Those with something that is needed, each with its units that are. */
  #statements(): readonly (Statement & { readonly needed: readonly Unit[] })[] {
    const { statements, exportLists } = this.#module;
    const found = new Map<Statement, Unit[]>();
    for (const unit of [...(this.#slice.code.get(this.#module) ?? []), ...exportLists]) {
      const statement = statements[lastUpTo(statements, unit.start)];
      const needed = statement && found.get(statement);
      if (needed) needed.push(unit);
      else if (statement) found.set(statement, [unit]);
    }
    return [...found].map(([statement, needed]) => ({ ...statement, needed })).sort((a, b) => a.start - b.start);
  }

  #statement({ start, end, units, needed }: Statement & { readonly needed: readonly Unit[] }): void {
    const [unit] = needed;
    if (!unit) return;
    const isPart = needed.length < units.length;
    if (isPart) this.#variables(start, units, needed);
    else if (unit.kind === 'code') this.#copy({ start, end });
    else if (!this.#names(unit)) return;
    this.#text.put(!isPart && this.#module.source[end - 1] === ';' ? ' ' : '; ');
  }

  /** Some of the variables of one statement. */
  #variables(start: number, [first]: readonly Unit[], needed: readonly Unit[]): void {
    this.#copy({ start, end: first?.start ?? start });
    for (const [index, unit] of needed.entries()) {
      if (index > 0) this.#text.put(', ');
      this.#copy(unit);
    }
  }

  /** An import, a re-export or a list of exports, as far as it is needed. */
  #names(unit: Unit): boolean {
    const { reached } = this.#slice;
    if (unit.kind === 'export-list') {
      const kept = (unit.listed ?? []).filter(({ local }) => reached.locals.get(this.#module)?.has(local));
      if (kept.length > 0)
        this.#text.at(unit.start, `export { ${kept.map(({ local, exported }) => renamed(local, exported)).join(', ')} }`);
      return kept.length > 0;
    }
    const names = reached.names.get(unit) ?? new Set();
    const { imported = [], reexported } = unit;
    const isWhole = unit.kind === 'import' ? reached.effects.has(unit) || imported.every(({ local }) => names.has(local)) : !reexported;
    if (isWhole) this.#copy(unit);
    else {
      this.#text.at(unit.start, unit.kind === 'import' ? importClause(unit, names) : exportClause(unit, names));
      this.#text.put(' from ');
      this.#copy({ start: unit.sourceStart ?? unit.start, end: unit.end });
    }
    return true;
  }

  #copy(span: Span): void {
    let at = span.start;
    const { marks } = this.#module;
    for (let index = lastUpTo(marks, span.start - 1) + 1; index < marks.length && marks[index]!.start < span.end; index += 1) {
      const mark = marks[index]!;
      if (mark.start < at || mark.end > span.end || !this.#isChanged(mark)) continue;
      this.#text.copy(at, mark.start);
      this.#replacement(mark);
      at = mark.end;
    }
    this.#text.copy(at, span.end);
  }

  #isChanged(mark: Mark): boolean {
    switch (mark.kind) {
      case 'comment':
        return true;
      case 'asset':
        return this.#options.assets.has(mark.use);
      case 'source':
        return this.#options.suffix !== undefined && moduleOf(this.#slice.analysis.graph, this.#module, mark.specifier) !== undefined;
      case 'site':
        return !this.#slice.roles.isCut(mark.site.region) && this.#slice.roles.of(mark.site) !== undefined;
      case 'main':
        return !this.#slice.roles.isCut(mark.region);
      case 'never':
        // A `var` there would still be declared.
        return !this.#slice.roles.isCut(mark.region) && !/\bvar\b/.test(this.#module.source.slice(mark.start, mark.end));
    }
  }

  #replacement(mark: Mark): void {
    switch (mark.kind) {
      case 'comment':
        // Comments are gone, so that they do not count in a bundle's digest. A line's end stays: it may end a statement.
        return this.#text.put(this.#module.source.slice(mark.start, mark.end).includes('\n') ? '\n' : ' ');
      case 'asset':
        return this.#text.at(mark.start, JSON.stringify(this.#options.assets.get(mark.use)));
      case 'source':
        return this.#text.at(mark.start, JSON.stringify(mark.specifier + (this.#options.suffix ?? '')));
      case 'main':
        return this.#text.at(mark.start, 'false');
      case 'never':
        return this.#text.at(mark.start, mark.isStatement ? '{}' : 'void 0');
      case 'site':
        return this.#site(mark.site, this.#slice.roles.of(mark.site)!);
    }
  }

  #site(site: CodeSite, role: Role): void {
    const { start, fn, schemas } = site;
    if (role.kind !== 'define') {
      const name = role.kind === 'task' ? role.id : role.name;
      return this.#text.at(start, `/* @__PURE__ */ ${this.#helper(role.kind)}(${JSON.stringify(name)})`);
    }
    this.#text.at(start, `${this.#helper('defineTask')}(${JSON.stringify(role.id)}, `);
    if (fn) this.#argument(fn);
    if (schemas?.kind === 'options') this.#picked(schemas.names, schemas.options);
    if (schemas?.kind === 'listed') {
      for (const [index, { name, ...value }] of schemas.values.entries()) {
        this.#text.put(`${index === 0 ? ', { ' : ', '}${name}: `);
        this.#argument(value);
      }
      this.#text.put(' }');
    }
    this.#text.put(')');
  }

  /** Options that cannot be told apart are evaluated, once, and only the schemas taken of them. */
  #picked(names: readonly string[], options: Argument): void {
    const list = `{ ${names.join(', ')} }`;
    this.#text.put(`, ((${list}) => (${list}))(`);
    this.#argument(options);
    this.#text.put(')');
  }

  #argument({ isSequence, ...span }: Argument): void {
    if (isSequence) this.#text.put('(');
    this.#copy(span);
    if (isSequence) this.#text.put(')');
  }

  #helper(name: string): string {
    const local = freeName(this.#module, name);
    this.#helpers.set(name, local);
    return local;
  }

  #imports(): string {
    const names = [...this.#helpers].sort();
    return names.length === 0 ? '' : `\nimport { ${names.map(([name, local]) => `${name} as ${local}`).join(', ')} } from "ambit";`;
  }

  #requires(): string {
    const names = [...this.#helpers].sort();
    return names.length === 0 ? '' : `const { ${names.map(([name, local]) => `${name}: ${local}`).join(', ')} } = require("ambit"); `;
  }
}

function endOfLine(source: string): number {
  const end = source.indexOf('\n');
  return end === -1 ? source.length : end;
}

const freeNames = new WeakMap<ModuleSyntax, Map<string, string>>();

/** A name of the runtime, under a local name that the module does not use. */
function freeName(module: ModuleSyntax, name: string): string {
  let names = freeNames.get(module);
  if (!names) freeNames.set(module, (names = new Map<string, string>()));
  let local = names.get(name) ?? `__ambit_${name}`;
  if (!names.has(name)) while (module.source.includes(local)) local += '_';
  names.set(name, local);
  return local;
}
