import type { Node } from 'oxc-parser';
import { nameAndPath, unwrapped } from '../syntax/patterns.ts';
import type { Analysis } from './analysis.ts';
import type { Keeper } from './keeper.ts';
import { lookUp } from './look-up.ts';
import type { CodeSite, ModuleSyntax, Region, Unit } from './module-syntax.ts';
import { expressionOf, isPlainName, overridden, siteIn } from './site-role.ts';
import type { ReferenceRole, Role } from './site-role.ts';

/** What sites become in the bundle of one environment, and what is left out of it with them. */
export class Roles {
  readonly environment: string;
  readonly #analysis: Analysis;
  /** A site that is taken for a reference, to see what that would save. */
  readonly #instead: CodeSite | undefined;

  constructor(analysis: Analysis, environment: string, instead?: CodeSite) {
    this.#analysis = analysis;
    this.environment = environment;
    this.#instead = instead;
  }

  of(site: CodeSite): Role | undefined {
    if (site === this.#instead) return firstTask(site);
    const role = this.#analysis.role(site);
    return role?.owner === this.environment ? role.own : role?.elsewhere;
  }

  /** Whether code is not in the bundle: a replaced call is around it, or a condition that is never true. */
  isCut(region: Region | undefined): boolean {
    if (!region) return false;
    return this.#isOthers(this.#analysis.keeper(region)) || (this.#instead !== undefined && isWithin(region, this.#instead));
  }

  /** Whether code that is not in the bundle uses a unit. */
  hasCutUse(unit: Unit): boolean {
    return this.#isOthers(this.#analysis.cutUses(unit));
  }

  /** What a unit's only name refers to, where all that the unit does is to name it. */
  referenceIn(unit: Unit): ReferenceRole | undefined {
    const site = siteIn(unit);
    const role = site && this.of(site);
    return role?.kind === 'define' ? undefined : role;
  }

  /** A name for a reference, for another name, or for a value that nothing can change: no code of the environment's own. */
  isInert(unit: Unit): boolean {
    return this.referenceIn(unit) !== undefined || isPlainName(unit) || this.#isOverride(unit);
  }

  /** A task of another environment with other options. */
  #isOverride(unit: Unit): boolean {
    const expression = expressionOf(unit);
    const task = expression && overridden(expression);
    return task !== undefined && this.#isOthersTask(unit.module, task);
  }

  /** Whether an expression is a reference to a task, a name for one, or that with other options. */
  #isOthersTask(module: ModuleSyntax, expression: Node, depth = 0): boolean {
    if (depth > 10) return false;
    const site = module.sites.get(unwrapped(expression));
    if (site) return this.of(site)?.kind === 'task';
    const task = overridden(expression);
    if (task) return this.#isOthersTask(module, task, depth + 1);
    const named = nameAndPath(expression);
    if (!named) return false;
    const { meaning } = lookUp(this.#analysis.graph, module, named.name, named.path);
    if (meaning.kind !== 'local' || meaning.path.length > 0 || meaning.module.writers.has(meaning.name)) return false;
    const [unit, ...others] = meaning.module.declared.get(meaning.name) ?? [];
    const value = unit?.value?.initialiser;
    return value !== undefined && others.length === 0 && this.#isOthersTask(meaning.module, value, depth + 1);
  }

  #isOthers(keeper: Keeper): boolean {
    return keeper !== undefined && keeper !== this.environment;
  }
}

export function isWithin(region: Region | undefined, site: CodeSite): boolean {
  for (let around = region; around; around = around.outer) if (around.kind !== 'never' && around.site === site) return true;
  return false;
}

export function makesTaskOf(site: CodeSite, environment: string): boolean {
  return site.observation.made.some((made) => made.kind === 'task' && made.environment === environment);
}

export function makesForeignTask(site: CodeSite, environment: string): boolean {
  return site.observation.made.some((made) => made.kind === 'task' && made.environment !== environment);
}

function firstTask({ observation }: CodeSite): ReferenceRole | undefined {
  const [made] = observation.made;
  return made?.kind === 'task' ? { kind: 'task', id: made.id, environment: made.environment } : undefined;
}
