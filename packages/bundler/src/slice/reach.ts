import type { Analysis } from './analysis.ts';
import { lookUp, lookUpExport } from './look-up.ts';
import type { LookedUp, Meaning, Step } from './look-up.ts';
import { loadedModules, moduleOf } from './module-graph.ts';
import type { Load, ModuleSyntax, Reference, Unit } from './module-syntax.ts';

/** How far code reaches: which parts of the program it needs, directly or through others. */
export interface Reached {
  /** Code, and re-exports of all names. */
  readonly units: ReadonlySet<Unit>;
  /** Of imports and re-exports, the names that are needed. */
  readonly names: ReadonlyMap<Unit, ReadonlySet<string>>;
  /** Imports that are needed for what the imported module does. */
  readonly effects: ReadonlySet<Unit>;
  /** Top-level names that are needed, by module. */
  readonly locals: ReadonlyMap<ModuleSyntax, ReadonlySet<string>>;
  /** Modules whose bare statements are needed. */
  readonly running: ReadonlySet<ModuleSyntax>;
}

export interface ReachOptions {
  readonly follows: (use: Reference | Load, unit: Unit) => boolean;
  /** How modules run; without it, only names are followed. */
  readonly running?: {
    /** Whether the module of a unit must run for it. */
    readonly needs: (unit: Unit) => boolean;
    /** Whether a unit that may be there for its effect is, so that it is needed where its module runs. */
    readonly hasEffect: (unit: Unit) => boolean;
  };
}

export class Reach implements Reached {
  readonly units = new Set<Unit>();
  readonly names = new Map<Unit, Set<string>>();
  readonly effects = new Set<Unit>();
  readonly locals = new Map<ModuleSyntax, Set<string>>();
  readonly running = new Set<ModuleSyntax>();
  readonly #analysis: Analysis;
  readonly #options: ReachOptions;
  readonly #exported = new Set<ModuleSyntax>();
  readonly #queue: Unit[] = [];

  constructor(analysis: Analysis, options: ReachOptions) {
    this.#analysis = analysis;
    this.#options = options;
  }

  /** Goes as far as these units lead. */
  from(units: Iterable<Unit>): this {
    for (const unit of units) this.#unit(unit);
    return this.#drain();
  }

  /** Goes as far as these uses lead. */
  fromUses(unit: Unit, uses: Iterable<Reference | Load>): this {
    return this.directlyFrom(unit, uses).#drain();
  }

  /** Goes only where these uses of a unit lead. */
  directlyFrom(unit: Unit, uses: Iterable<Reference | Load>): this {
    for (const use of uses) this.#use(unit, use);
    return this;
  }

  /** Goes only where a unit leads. */
  oneStepFrom(unit: Unit): this {
    this.#visit(unit);
    return this;
  }

  #drain(): this {
    for (let unit = this.#queue.pop(); unit; unit = this.#queue.pop()) this.#visit(unit);
    return this;
  }

  #unit(unit: Unit): void {
    if (this.units.has(unit) || unit.kind === 'type') return;
    this.units.add(unit);
    this.#queue.push(unit);
  }

  #visit(unit: Unit): void {
    const { follows, running } = this.#options;
    for (const use of [...unit.references, ...unit.loads]) if (follows(use, unit)) this.#use(unit, use);
    for (const name of unit.names) this.#local(unit.module, name);
    if (running?.needs(unit)) this.#run(unit.module);
  }

  #use(unit: Unit, use: Reference | Load): void {
    if ('name' in use) this.#arrive(this.#analysis.meaning(unit, use));
    else for (const target of loadedModules(this.#analysis.graph, unit.module, use)) this.#load(target, use);
  }

  #load(target: ModuleSyntax, { names }: Load): void {
    if (target.isWhole) return this.#whole(target);
    if (names === 'all') this.#allOf(target);
    else if (names !== 'none') for (const name of names) this.#arrive(lookUpExport(this.#analysis.graph, target, name));
    if (names === 'all' || names === 'none') this.#run(target);
  }

  #arrive({ steps, meaning }: LookedUp): void {
    for (const step of steps) this.#step(step);
    // Who passes on code, runs with it.
    if (this.#isCode(meaning)) for (const { unit } of steps) this.#run(unit.module);
    this.#mean(meaning);
  }

  #isCode(meaning: Meaning): boolean {
    if (meaning.kind !== 'local') return meaning.kind !== 'nothing';
    return (meaning.module.declared.get(meaning.name) ?? []).some((unit) => this.#options.running?.needs(unit));
  }

  #step({ unit, name }: Step): void {
    if (name === undefined) return this.#unit(unit);
    const names = this.names.get(unit);
    if (names) names.add(name);
    else this.names.set(unit, new Set([name]));
    if (unit.kind === 'import') this.#local(unit.module, name);
  }

  #mean(meaning: Meaning): void {
    if (meaning.kind === 'local') this.#local(meaning.module, meaning.name);
    if (meaning.kind !== 'module') return;
    if (meaning.module.isWhole) this.#whole(meaning.module);
    else this.#allOf(meaning.module);
  }

  #local(module: ModuleSyntax, name: string): void {
    let names = this.locals.get(module);
    if (!names) this.locals.set(module, (names = new Set()));
    if (names.has(name)) return;
    names.add(name);
    for (const unit of module.declared.get(name) ?? []) this.#unit(unit);
    for (const unit of module.writers.get(name) ?? []) this.#unit(unit);
  }

  #allOf(module: ModuleSyntax): void {
    if (this.#exported.has(module)) return;
    this.#exported.add(module);
    for (const name of module.exports.keys()) this.#arrive(lookUpExport(this.#analysis.graph, module, name));
    for (const star of module.stars) {
      this.#unit(star);
      const target = moduleOf(this.#analysis.graph, module, star.specifier ?? '');
      if (target) this.#mean({ kind: 'module', module: target });
    }
  }

  #run(module: ModuleSyntax): void {
    const { running } = this.#options;
    if (!running || this.running.has(module)) return;
    this.running.add(module);
    const { units, imports } = this.#analysis.starts(module);
    for (const unit of units) if (running.hasEffect(unit)) this.#unit(unit);
    for (const unit of imports) this.#effect(unit);
  }

  #effect(unit: Unit): void {
    this.effects.add(unit);
    const target = moduleOf(this.#analysis.graph, unit.module, unit.specifier ?? '');
    if (target?.isWhole) this.#whole(target);
    else if (target) this.#run(target);
  }

  /** All of a module that is not taken apart, and all that it may use. */
  #whole(module: ModuleSyntax): void {
    if (this.running.has(module)) return;
    this.running.add(module);
    for (const unit of module.units) {
      this.#unit(unit);
      if (unit.kind === 'import') this.#effect(unit);
      for (const { local } of unit.imported ?? []) this.#arrive(lookUp(this.#analysis.graph, module, local));
    }
    this.#allOf(module);
  }
}
