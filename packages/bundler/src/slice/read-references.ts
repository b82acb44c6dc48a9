import type { Node, Program } from 'oxc-parser';
import { ScopeTracker, isReferenceIdentifier, walk } from 'oxc-walker';
import type { Observation } from '../observation.ts';
import { CallReader } from './read-calls.ts';
import { KnownValues } from './known-values.ts';
import type { CodeDraft } from './module-draft.ts';
import type { Reference, Span, Unit } from './module-syntax.ts';
import { memberName, patternNames, rootOf, unwrapped } from '../syntax/patterns.ts';
import { LoadReader } from './read-loads.ts';
import { declare } from './read-statements.ts';
import { ValueFates, isHolder } from './value-fates.ts';
import { WalkState } from './walk-state.ts';
import type { NodeKey } from './walk-state.ts';

const AMBIENT = new Set(['require', 'module', 'exports', '__dirname', '__filename']);

/** Types cannot be told by what begins their names: these hold values. */
const HOLDS_VALUES = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSNonNullExpression',
  'TSInstantiationExpression',
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
  'TSParameterProperty',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSExternalModuleReference',
  'TSQualifiedName',
]);

/** Finds, unit by unit, what the code of a module uses, and where the observed calls are. */
export function readReferences(module: CodeDraft, program: Program, observations: readonly Observation[]): void {
  const scopes = new ScopeTracker({ preserveExitedScopes: true });
  walk(program, { scopeTracker: scopes });
  scopes.freeze();
  const reader = new ReferenceReader(module, scopes, observations);
  walk(program, {
    scopeTracker: scopes,
    enter(node, parent, { key }) {
      if (!reader.enter(node, parent, key)) this.skip();
    },
    leave: (node) => reader.leave(node),
  });
  for (const { listed } of module.units) for (const { local } of listed ?? []) module.used.add(local);
  reader.finish();
}

class ReferenceReader {
  readonly #module: CodeDraft;
  readonly #scopes: ScopeTracker;
  readonly #state = new WalkState();
  readonly #known: KnownValues;
  readonly #fates: ValueFates;
  readonly #calls: CallReader;
  readonly #loads = new LoadReader(this.#state);
  readonly #called = new Set<Node>();
  readonly #paths = new Map<Node, readonly string[]>();
  readonly #elements: (Pick<Reference, 'start' | 'region' | 'when'> & { readonly unit: Unit })[] = [];
  #next = 0;

  constructor(module: CodeDraft, scopes: ScopeTracker, observations: readonly Observation[]) {
    this.#module = module;
    this.#scopes = scopes;
    this.#known = new KnownValues(module, scopes);
    this.#fates = new ValueFates(module, scopes);
    this.#calls = new CallReader({ module, scopes, observations, known: this.#known, fates: this.#fates, state: this.#state });
  }

  /** False where what is inside does not count. */
  enter(node: Node, parent: Node | null, key: NodeKey): boolean {
    if (node.type === 'Program') return true;
    if (node.type.startsWith('TS') && !HOLDS_VALUES.has(node.type)) return false;
    const unit = this.#unitAt(node);
    if (unit && unit.kind !== 'code') return false;
    this.#state.enter(node, parent, key);
    if (unit) this.#read(unit, node, parent);
    return true;
  }

  leave(node: Node): void {
    this.#state.leave(node);
  }

  /** What makes elements of JSX is not named there: any import that nothing else uses may be it. */
  finish(): void {
    if (this.#elements.length === 0) return;
    for (const name of this.#module.imports.keys()) {
      if (this.#module.used.has(name)) continue;
      this.#module.used.add(name);
      for (const { unit, start, region, when } of this.#elements)
        unit.references.push({ name, path: [], start, region, when, isCalled: false, isHeld: false });
    }
  }

  #unitAt(node: Node): Unit | undefined {
    const { units } = this.#module;
    let unit = units[this.#next];
    while (unit && unit.end <= node.start) unit = units[++this.#next];
    return unit && node.start >= unit.start && node.end <= unit.end ? unit : undefined;
  }

  #read(unit: Unit, node: Node, parent: Node | null): void {
    this.#loads.around(node);
    this.#fates.around(node);
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        return this.#identifier(unit, node, parent);
      case 'ThisExpression':
        return this.#this(unit, node);
      case 'CallExpression':
        this.#called.add(rootOf(node.callee));
        return this.#calls.call(unit, node);
      case 'NewExpression':
        this.#called.add(rootOf(node.callee));
        return this.#calls.construction(unit, node);
      case 'ImportExpression':
        return this.#loads.read(unit, node);
      case 'TSImportEqualsDeclaration':
        return this.#importEquals(unit, node.moduleReference);
      case 'VariableDeclaration':
        if (node.kind === 'var' && !this.#state.around.fn)
          for (const { id } of node.declarations) for (const name of patternNames(id)) declare(this.#module, unit, name);
        return;
      case 'JSXElement':
      case 'JSXFragment':
        this.#elements.push({ unit, start: node.start, ...this.#state.around });
        return;
      case 'MemberExpression':
      case 'JSXMemberExpression':
        return this.#member(node);
      default:
        this.#control(node);
        this.#writes(unit, node);
    }
  }

  #control(node: Node): void {
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        return this.#branch(this.#known.truth(node.test), node.consequent, node.alternate);
      case 'LogicalExpression': {
        const left = this.#known.truth(node.left);
        if (node.operator === '&&') return this.#branch(left, node.right, null);
        return node.operator === '||' ? this.#branch(left, null, node.right) : undefined;
      }
      case 'TryStatement':
        if (node.handler) this.#state.within(node.block, { guarded: true });
        return;
      default:
        return;
    }
  }

  #branch(truth: boolean | undefined, ifTrue: Node | null, ifFalse: Node | null): void {
    const never = truth === false ? ifTrue : truth === true ? ifFalse : null;
    if (!never) return;
    const { region } = this.#state.around;
    this.#state.within(never, { region: { kind: 'never', outer: region } });
    const isStatement = never.type.endsWith('Statement');
    this.#module.marks.push({ kind: 'never', start: never.start, end: never.end, isStatement, region });
  }

  #writes(unit: Unit, node: Node): void {
    const target = targetOf(node);
    if (!target || unit.isPure) return;
    for (const name of patternNames(target)) {
      if (this.#scopes.getDeclaration(name)?.scope !== '') continue;
      const writers = this.#module.writers.get(name);
      if (writers) writers.add(unit);
      else this.#module.writers.set(name, new Set([unit]));
    }
  }

  #identifier(unit: Unit, node: Extract<Node, { type: 'Identifier' | 'JSXIdentifier' }>, parent: Node | null): void {
    if (!isReferenceIdentifier(node, parent)) return;
    const { name, start } = node;
    const declaration = this.#scopes.getDeclaration(name);
    if (!declaration) return this.#free(name);
    if (declaration.scope !== '' && !this.#isDefaultOfParameter(node, declaration.type)) return;
    if (!this.#module.declared.has(name) && !this.#module.imports.has(name)) return;
    this.#module.used.add(name);
    const { region, when } = this.#state.around;
    const facts = { name, start, region, when, isCalled: this.#called.has(node) };
    const path = this.#paths.get(node) ?? [];
    const takers = this.#fates.takersOf(node);
    if (takers.length === 0) unit.references.push({ ...facts, path, isHeld: true });
    for (const taker of takers) {
      const reference = { ...facts, path: [...path, ...taker.taken], isHeld: isHolder(taker) };
      unit.references.push(reference);
      this.#fates.hold(reference, [taker]);
    }
  }

  #this(unit: Unit, node: Node): void {
    const { region, when } = this.#state.around;
    const facts = { path: this.#paths.get(node) ?? [], start: node.start, region, when, isCalled: false, isHeld: false };
    for (const name of unit.names) unit.ownReferences.push({ name, ...facts });
  }

  /** Hands on what is taken of an object. */
  #member(node: Extract<Node, { type: 'MemberExpression' | 'JSXMemberExpression' }>): void {
    const name = node.type === 'MemberExpression' ? memberName(node) : node.property.name;
    if (name !== undefined) this.#paths.set(unwrapped(node.object), [name, ...(this.#paths.get(node) ?? [])]);
  }

  /** A default of a parameter does not see the variables of the body; the scope tracker thinks that it does. */
  #isDefaultOfParameter(node: Span, kind: string): boolean {
    const body = this.#state.around.fn?.body;
    return kind === 'Variable' && body !== undefined && body !== null && node.end <= body.start;
  }

  #free(name: string): void {
    // Code that is made from text may use any name.
    if (name === 'eval') this.#module.isWhole = true;
    if (AMBIENT.has(name)) this.#module.ambient.add(name);
  }

  #importEquals(unit: Unit, reference: Node): void {
    if (reference.type === 'TSExternalModuleReference') {
      const facts = { isPattern: false, names: 'all', hidden: false, optional: false, region: undefined } as const;
      unit.loads.push({ kind: 'require', specifier: reference.expression.value, start: reference.start, ...facts });
      return;
    }
    let left: Node = reference;
    while (left.type === 'TSQualifiedName') left = left.left;
    if (left.type !== 'Identifier') return;
    this.#module.used.add(left.name);
    const facts = { region: undefined, when: 'now', isCalled: false, isHeld: false } as const;
    unit.references.push({ name: left.name, path: [], start: left.start, ...facts });
  }
}

/** What a node assigns to. */
function targetOf(node: Node): Node | undefined {
  if (node.type === 'AssignmentExpression') return node.left;
  if (node.type === 'UpdateExpression') return node.argument;
  const isLoop = node.type === 'ForInStatement' || node.type === 'ForOfStatement';
  return isLoop && node.left.type !== 'VariableDeclaration' ? node.left : undefined;
}
