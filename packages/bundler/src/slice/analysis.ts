import type { Made } from '../observation.ts';
import { CutUses } from './cut-uses.ts';
import { both } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import { lookUp } from './look-up.ts';
import type { LookedUp } from './look-up.ts';
import type { ModuleGraph } from './module-graph.ts';
import type { CodeSite, ModuleSyntax, Reference, Region, Unit } from './module-syntax.ts';
import { isPlainName, siteIn, siteRole } from './site-role.ts';
import type { SiteRole } from './site-role.ts';
import { Users } from './users.ts';
import type { User } from './users.ts';

/** What a module does when it runs. */
export interface Starts {
  /** Statements, and declarations that may be there for their effect. */
  readonly units: readonly Unit[];
  /** Imports that are there for what the imported module does. */
  readonly imports: readonly Unit[];
}

/** What is the same for all environments of a project, found out when it is asked for. */
export class Analysis {
  readonly graph: ModuleGraph;
  /** The sites whose code stays as it is in bundles of others. */
  readonly opaqueSites: readonly CodeSite[];
  readonly #sites = new Map<string, CodeSite[]>();
  readonly #roles = new Map<CodeSite, SiteRole | undefined>();
  readonly #keepers = new Map<Region, Keeper>();
  readonly #meanings = new Map<Reference, LookedUp>();
  readonly #starts = new Map<ModuleSyntax, Starts>();
  readonly #unread: readonly ModuleSyntax[];
  readonly #order: ReadonlyMap<string, number>;
  readonly #indices: ReadonlyMap<ModuleSyntax, number>;
  #cut: CutUses | undefined;
  #users: Users | undefined;

  constructor(graph: ModuleGraph) {
    this.graph = graph;
    const modules = [...graph.modules.values()];
    const sites = modules.flatMap((module) => [...module.sites.values()]);
    for (const site of sites) this.#index(site);
    this.opaqueSites = sites.filter((site) => site.observation.made.some(isTask) && (site.when !== 'now' || !this.role(site)));
    this.#unread = modules.filter(({ problem }) => problem !== undefined);
    this.#order = new Map(graph.order.map((file, index) => [file, index]));
    this.#indices = new Map(modules.map((module, index) => [module, index]));
  }

  /** The sites that make tasks of an environment. */
  sitesOf(environment: string): readonly CodeSite[] {
    return this.#sites.get(environment) ?? [];
  }

  role(site: CodeSite): SiteRole | undefined {
    const known = this.#roles.get(site);
    if (known || this.#roles.has(site)) return known;
    const role = siteRole(this.graph, site);
    this.#roles.set(site, role);
    return role;
  }

  keeper(region: Region): Keeper {
    const known = this.#keepers.get(region);
    if (known !== undefined || this.#keepers.has(region)) return known;
    const keeper = both(this.#ownKeeper(region), region.outer && this.keeper(region.outer));
    this.#keepers.set(region, keeper);
    return keeper;
  }

  /** In whose bundles nothing that is left out uses a unit: `null` where in all bundles something does. */
  cutUses(unit: Unit): Keeper {
    this.#cut ??= new CutUses(this);
    return this.#cut.keeper(unit);
  }

  meaning({ module }: Unit, reference: Reference): LookedUp {
    let found = this.#meanings.get(reference);
    if (!found) this.#meanings.set(reference, (found = lookUp(this.graph, module, reference.name, reference.path)));
    return found;
  }

  starts(module: ModuleSyntax): Starts {
    let starts = this.#starts.get(module);
    if (!starts) this.#starts.set(module, (starts = this.#startsOf(module)));
    return starts;
  }

  /** All of the modules that could not be understood and made tasks of an environment. */
  unreadUnits(environment: string): readonly Unit[] {
    if (this.#unread.length === 0) return [];
    const isOwn = (file: string): boolean =>
      this.graph.observations.some(
        ({ site, made }) => site.file === file && made.some((one) => isTask(one) && one.environment === environment),
      );
    return this.#unread.filter(({ file }) => isOwn(file)).flatMap(({ units }) => units);
  }

  users(unit: Unit): readonly User[] {
    this.#users ??= new Users(this);
    return this.#users.of(unit);
  }

  /** In the order in which their top levels run. */
  inOrder(modules: Iterable<ModuleSyntax>): readonly ModuleSyntax[] {
    return [...modules].sort((a, b) => (this.#order.get(a.file) ?? 0) - (this.#order.get(b.file) ?? 0));
  }

  /** In the order in which they were found. */
  asFound(modules: Iterable<ModuleSyntax>): readonly ModuleSyntax[] {
    return [...modules].sort((a, b) => (this.#indices.get(a) ?? 0) - (this.#indices.get(b) ?? 0));
  }

  #index(site: CodeSite): void {
    const environments = new Set(site.observation.made.filter(isTask).map(({ environment }) => environment));
    for (const environment of environments) {
      const sites = this.#sites.get(environment);
      if (sites) sites.push(site);
      else this.#sites.set(environment, [site]);
    }
  }

  #ownKeeper(region: Region): Keeper {
    if (region.kind === 'never') return null;
    const role = this.role(region.site);
    if (!role) return undefined;
    const isGone = role.own && !(role.own.kind === 'define' && region.kind === 'kept');
    return isGone ? null : (role.owner ?? null);
  }

  #startsOf(module: ModuleSyntax): Starts {
    const mayStart = (unit: Unit): boolean => unit.isBare || (!unit.isPure && !this.#isInertElsewhere(unit) && this.cutUses(unit) !== null);
    return { units: module.units.filter(mayStart), imports: module.units.filter((unit) => unit.kind === 'import' && isBareImport(unit)) };
  }

  #isInertElsewhere(unit: Unit): boolean {
    const site = siteIn(unit);
    return (site !== undefined && this.role(site) !== undefined) || isPlainName(unit);
  }
}

function isTask(made: Made): made is Extract<Made, { kind: 'task' }> {
  return made.kind === 'task';
}

/** `import 'x'`, or an import of names that nothing uses. TypeScript leaves the latter out: they are types as a rule. */
function isBareImport({ module, imported = [] }: Unit): boolean {
  if (imported.length === 0) return true;
  return !module.isTypeScript && imported.every(({ local }) => !module.used.has(local));
}
