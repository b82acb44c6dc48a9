import type { CallExpression, NewExpression, Node } from 'oxc-parser';
import type { ScopeTracker } from 'oxc-walker';
import type { Observation } from '../observation.ts';
import type { KnownValues } from './known-values.ts';
import type { CodeDraft } from './module-draft.ts';
import type { AssetUse, CodeSite, Region, Span, Unit } from './module-syntax.ts';
import { memberName, rootOf, stringValue } from '../syntax/patterns.ts';
import { Requires } from './requires.ts';
import { argument, schemasIn } from './schema-code.ts';
import type { FoundSchemas } from './schema-code.ts';
import { isHolder } from './value-fates.ts';
import type { ValueFates } from './value-fates.ts';
import type { WalkState } from './walk-state.ts';

export interface CallReaderOptions {
  readonly module: CodeDraft;
  readonly scopes: ScopeTracker;
  readonly observations: readonly Observation[];
  readonly known: KnownValues;
  readonly fates: ValueFates;
  readonly state: WalkState;
}

/** Finds calls that matter: observed ones, `isMain`, `require`, and those that ask for a file beside the module. */
export class CallReader {
  readonly #module: CodeDraft;
  readonly #known: KnownValues;
  readonly #fates: ValueFates;
  readonly #state: WalkState;
  readonly #requires: Requires;
  readonly #scopes: ScopeTracker;
  readonly #observations: ReadonlyMap<string, Observation>;

  constructor({ module, scopes, observations, known, fates, state }: CallReaderOptions) {
    this.#module = module;
    this.#known = known;
    this.#fates = fates;
    this.#state = state;
    this.#scopes = scopes;
    this.#requires = new Requires(module, scopes);
    this.#observations = new Map(observations.map((observation) => [spanKey(observation.site), observation]));
  }

  call(unit: Unit, node: CallExpression): void {
    if (this.#site(unit, node) || this.#mainCall(node)) return;
    const required = this.#requires.read(node);
    if (!required) return;
    const { region, guarded } = this.#state.around;
    const { specifier, hidden, literal } = required;
    if (hidden && specifier.startsWith('.')) this.#asset({ ...spanOf(literal), unit, specifier, region });
    else
      unit.loads.push({
        kind: 'require',
        specifier,
        isPattern: false,
        names: 'all',
        hidden,
        optional: guarded,
        start: node.start,
        region,
      });
  }

  construction(unit: Unit, node: NewExpression): void {
    if (this.#site(unit, node)) return;
    const [path, base] = node.arguments;
    const specifier = stringValue(path);
    if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL' || !path || specifier === undefined || !base) return;
    if (!/^\.\.?\//.test(specifier) || !isModuleUrl(base)) return;
    this.#asset({ ...spanOf(path), unit, specifier, region: this.#state.around.region });
  }

  #asset(use: AssetUse): void {
    use.unit.assets.push(use);
    this.#module.marks.push({ kind: 'asset', start: use.start, end: use.end, use });
  }

  #mainCall(node: CallExpression): boolean {
    if (!this.#known.isMainCall(node)) return false;
    const { region } = this.#state.around;
    this.#module.marks.push({ kind: 'main', ...spanOf(node), region });
    for (const part of [node.callee, ...node.arguments]) this.#state.within(part, { region: { kind: 'never', outer: region } });
    return true;
  }

  #subject({ type, callee }: CallExpression | NewExpression): Node | undefined {
    const subject = type === 'CallExpression' && callee.type === 'MemberExpression' ? callee.object : callee;
    const root = rootOf(subject);
    const isTopLevel = root.type === 'Identifier' && this.#scopes.getDeclaration(root.name)?.scope === '';
    return isTopLevel ? subject : undefined;
  }

  #site(unit: Unit, node: CallExpression | NewExpression): boolean {
    const observation = this.#observations.get(spanKey(node));
    if (!observation || observation.made.length === 0) return false;
    const { region, when } = this.#state.around;
    const { fn, schemas } = definitionIn(node, observation);
    const subject = this.#subject(node);
    const takers = this.#fates.takersOf(node);
    const facts = { node, observation, unit, region, when, isHeld: takers.every(isHolder), ...spanOf(node) };
    const parts = { ...(subject && { subject }), ...(fn && { fn: argument(fn) }), ...(schemas && { schemas: schemas.code }) };
    const site: CodeSite = { ...facts, ...parts };
    this.#module.sites.set(node, site);
    this.#module.marks.push({ kind: 'site', ...spanOf(node), site });
    unit.sites.push(site);
    this.#fates.hold(site, takers);
    const call: Region = { kind: 'call', site, outer: region };
    for (const part of [node.callee, ...node.arguments]) this.#state.within(part, { region: call });
    const kept: Region = { kind: 'kept', site, outer: region };
    for (const part of [...(fn ? [fn] : []), ...(schemas?.kept ?? [])]) this.#state.within(part, { region: kept });
    return true;
  }
}

/** What a bundle needs of a call that makes a task; nothing where that cannot be told. */
function definitionIn(
  node: CallExpression | NewExpression,
  { made }: Observation,
): { readonly fn?: Node; readonly schemas?: FoundSchemas } {
  const fn = node.arguments.at(-1);
  if (node.type !== 'CallExpression' || !fn || node.arguments.some(({ type }) => type === 'SpreadElement')) return {};
  const [task] = made;
  const names = (task?.kind === 'task' && task.schemas) || [];
  if (names.length === 0) return { fn };
  const [, options] = node.arguments;
  return options && options !== fn ? { fn, schemas: schemasIn(options, names) } : {};
}

function spanKey({ start, end }: Span): string {
  return `${start}-${end}`;
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function isModuleUrl(node: Node): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'MetaProperty' && memberName(node) === 'url';
}
