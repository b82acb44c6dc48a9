import type { Class, Expression, Node } from 'oxc-parser';
import type { ScopeTracker } from 'oxc-walker';
import { keyName, nameAndPath, patternIdentifiers, patternParts, unwrapped } from '../syntax/patterns.ts';
import type { CodeDraft } from './module-draft.ts';
import type { Held } from './module-syntax.ts';
import { DEFAULT } from './read-statements.ts';
import { overridden } from './site-role.ts';

/** Who takes a value, or a part of it. */
export interface Taker {
  /** The top-level name that holds it. Absent where something else takes it, and may do with it what it likes. */
  readonly name?: string;
  /** Where below the name; undefined for an element of a list, whichever it is. */
  readonly path: readonly (string | undefined)[];
  /** What of the value. */
  readonly taken: readonly string[];
}

const ASSIGNS = new Set(['=', '||=', '&&=', '??=']);
const ANYBODY: Taker = { path: [], taken: [] };
const LOOKS_AT = new Set(['void', 'typeof', '!']);

/** Tells of values what becomes of them, where that shows in the code around: statements drop them, names hold them. */
export class ValueFates {
  readonly #module: CodeDraft;
  readonly #scopes: ScopeTracker;
  readonly #takers = new Map<Node, readonly Taker[]>();

  constructor(module: CodeDraft, scopes: ScopeTracker) {
    this.#module = module;
    this.#scopes = scopes;
  }

  /** None, where a value is dropped. */
  takersOf(node: Node): readonly Taker[] {
    return this.#takers.get(node) ?? [ANYBODY];
  }

  /** Remembers who holds a value. */
  hold(value: Held['value'], takers: readonly Taker[]): void {
    const { held } = this.#module;
    for (const { name, path } of takers) {
      const known = name === undefined ? undefined : held.get(name);
      if (known) known.push({ path, value });
      else if (name !== undefined) held.set(name, [{ path, value }]);
    }
  }

  /** A node may say what becomes of those in it. */
  around(node: Node): void {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#give(node.expression, []);
      case 'ExportDefaultDeclaration':
        return this.#give(node.declaration, [{ name: DEFAULT, path: [], taken: [] }]);
      case 'VariableDeclarator':
        // Their names stand there as if they were used.
        for (const name of patternIdentifiers(node.id)) this.#give(name, []);
        return this.#give(node.init, this.#bound(node.id));
      case 'UnaryExpression':
        return LOOKS_AT.has(node.operator) ? this.#give(node.argument, []) : undefined;
      case 'ClassDeclaration':
        return this.#statics(node, [...(this.#takers.get(node) ?? []), ...(node.id ? this.#bound(node.id) : [])]);
      default: {
        const takers = this.#takers.get(node);
        return takers && this.#inside(node, takers);
      }
    }
  }

  #inside(node: Node, takers: readonly Taker[]): void {
    const inner = unwrapped(node);
    if (inner !== node) return this.#give(inner, takers);
    switch (node.type) {
      case 'ChainExpression':
        return this.#give(node.expression, takers);
      case 'ConditionalExpression':
        return (this.#give(node.consequent, takers), this.#give(node.alternate, takers));
      case 'LogicalExpression':
        return (this.#give(node.left, takers), this.#give(node.right, takers));
      case 'SequenceExpression':
        return this.#sequence(node.expressions, takers);
      case 'AssignmentExpression':
        return takers.length === 0 && ASSIGNS.has(node.operator) ? this.#assignment(node.left, node.right) : undefined;
      case 'MemberExpression':
        return nameAndPath(node) ? this.#give(node.object, takers) : undefined;
      case 'CallExpression':
        return this.#give(overridden(node), takers);
      case 'ClassExpression':
        return this.#statics(node, takers);
      case 'ObjectExpression':
        return this.#properties(node.properties, takers);
      case 'ArrayExpression':
        for (const element of node.elements) this.#give(element, element?.type === 'SpreadElement' ? undefined : inList(takers));
        return;
      default:
        return;
    }
  }

  #sequence(expressions: readonly Expression[], takers: readonly Taker[]): void {
    for (const expression of expressions) this.#give(expression, expression === expressions.at(-1) ? takers : []);
  }

  #assignment(left: Node, right: Node): void {
    const named = nameAndPath(left);
    if (!named || !this.#isOwn(named.name)) return;
    this.#give(left, []);
    this.#give(right, [{ ...named, taken: [] }]);
  }

  #properties(properties: Extract<Node, { type: 'ObjectExpression' }>['properties'], takers: readonly Taker[]): void {
    for (const property of properties) {
      const key = property.type === 'Property' && !property.computed ? keyName(property.key) : undefined;
      if (property.type === 'SpreadElement') this.#give(property.argument, takers);
      else if (key !== undefined) this.#give(property.value, under(takers, key));
    }
  }

  #statics({ body }: Class, takers: readonly Taker[]): void {
    for (const member of body.body) {
      const key = member.type === 'PropertyDefinition' && member.static && !member.computed ? keyName(member.key) : undefined;
      if (member.type === 'PropertyDefinition' && key !== undefined) this.#give(member.value, under(takers, key));
    }
  }

  #bound(pattern: Node): readonly Taker[] {
    return patternParts(pattern).flatMap(({ path, names }) =>
      names.map((name) => ({ ...(this.#isOwn(name) && { name }), path: [], taken: path })),
    );
  }

  #isOwn(name: string): boolean {
    return this.#module.declared.has(name) && this.#scopes.getDeclaration(name)?.scope === '';
  }

  #give(node: Node | null | undefined, takers: readonly Taker[] | undefined): void {
    if (node && takers) this.#takers.set(node, takers);
  }
}

export function isHolder({ name }: Taker): boolean {
  return name !== undefined;
}

/** Who holds a property of a value that these hold. */
function under(takers: readonly Taker[], key: string): readonly Taker[] {
  return takers.flatMap(({ taken: [first, ...taken], ...taker }) => {
    if (first === undefined) return [{ ...taker, path: [...taker.path, key], taken }];
    return first === key ? [{ ...taker, taken }] : [];
  });
}

function inList(takers: readonly Taker[]): readonly Taker[] {
  return takers.map(({ taken: [first, ...taken], ...taker }) =>
    first === undefined ? { ...taker, path: [...taker.path, undefined], taken } : { ...taker, taken },
  );
}
