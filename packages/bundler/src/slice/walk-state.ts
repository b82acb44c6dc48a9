import type { ArrowFunctionExpression, Function as FunctionNode, Node } from 'oxc-parser';
import type { Region, When } from './module-syntax.ts';
import { memberName } from '../syntax/patterns.ts';

export type NodeKey = string | number | symbol | null | undefined;

/** What holds where a walk is. */
export interface Surroundings {
  readonly region: Region | undefined;
  readonly when: When;
  /** Errors are caught. */
  readonly guarded: boolean;
  readonly fn: FunctionNode | ArrowFunctionExpression | undefined;
}

/** Array methods and the like, which call what they are given at once and only then. */
const CALLS_AT_ONCE = new Set(['map', 'forEach', 'flatMap', 'filter', 'reduce', 'from', 'every', 'some', 'find']);

/** Keeps what holds around each node of a walk: nodes may say so ahead of those inside them. */
export class WalkState {
  readonly #ahead = new Map<Node, Partial<Surroundings>>();
  readonly #left: { readonly node: Node; readonly around: Surroundings }[] = [];
  #around: Surroundings = { region: undefined, when: 'now', guarded: false, fn: undefined };

  get around(): Surroundings {
    return this.#around;
  }

  /** From a node that is still to come on, this holds. */
  within(node: Node, changed: Partial<Surroundings>): void {
    this.#ahead.set(node, changed);
  }

  enter(node: Node, parent: Node | null, key: NodeKey): void {
    let changed = this.#ahead.get(node);
    if (isFunction(node)) {
      changed = { ...changed, when: this.#when(node, parent, key), guarded: false, fn: node };
    }
    if (!changed) return;
    this.#left.push({ node, around: this.#around });
    this.#around = { ...this.#around, ...changed };
  }

  #when(node: Node, parent: Node | null, key: NodeKey): When {
    const { when } = this.#around;
    if (isCalledAtOnce(parent, key)) return when;
    const isNamed =
      node.type === 'FunctionDeclaration' || parent?.type === 'VariableDeclarator' || parent?.type === 'ExportDefaultDeclaration';
    return when === 'now' && isNamed ? 'called' : 'later';
  }

  leave(node: Node): void {
    const last = this.#left.at(-1);
    if (last?.node !== node) return;
    this.#around = last.around;
    this.#left.pop();
  }
}

function isFunction(node: Node): node is FunctionNode | ArrowFunctionExpression {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function isCalledAtOnce(parent: Node | null, key: NodeKey): boolean {
  if (parent?.type !== 'CallExpression') return false;
  return key === 'callee' || (key === 'arguments' && CALLS_AT_ONCE.has(memberName(parent.callee) ?? ''));
}
