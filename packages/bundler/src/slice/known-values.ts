import type { CallExpression, Node } from 'oxc-parser';
import type { ScopeTracker } from 'oxc-walker';
import type { ModuleSyntax } from './module-syntax.ts';
import { memberName, unwrapped } from '../syntax/patterns.ts';

/** What of a module's conditions is decided in a bundle: `isMain(…)` is never true there. */
export class KnownValues {
  readonly #module: ModuleSyntax;
  readonly #scopes: ScopeTracker;

  constructor(module: ModuleSyntax, scopes: ScopeTracker) {
    this.#module = module;
    this.#scopes = scopes;
  }

  isMainCall(node: CallExpression): boolean {
    const callee = unwrapped(node.callee);
    if (callee.type === 'Identifier') return this.#imported(callee.name) === 'isMain';
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
    return memberName(callee) === 'isMain' && this.#imported(callee.object.name) === '*';
  }

  /** Undefined where it is not known. */
  truth(expression: Node, depth = 0): boolean | undefined {
    const node = unwrapped(expression);
    if (node.type === 'Literal' && typeof node.value === 'boolean') return node.value;
    if (node.type === 'CallExpression') return this.isMainCall(node) ? false : undefined;
    if (node.type === 'Identifier') return depth < 10 ? this.#constant(node.name, depth + 1) : undefined;
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      const inner = this.truth(node.argument, depth);
      return inner === undefined ? undefined : !inner;
    }
    if (node.type !== 'LogicalExpression' || node.operator === '??') return undefined;
    const [left, right] = [this.truth(node.left, depth), this.truth(node.right, depth)];
    const decides = node.operator === '||';
    if (left === decides || right === decides) return decides;
    return left === undefined || right === undefined ? undefined : !decides;
  }

  #constant(name: string, depth: number): boolean | undefined {
    const declaration = this.#scopes.getDeclaration(name);
    if (declaration?.type !== 'Variable' || declaration.variableNode.kind !== 'const') return undefined;
    const declarator = declaration.variableNode.declarations.find(({ id }) => id === declaration.node);
    return declarator?.init ? this.truth(declarator.init, depth) : undefined;
  }

  /** What of `ambit` a name stands for. */
  #imported(name: string): string | undefined {
    const binding = this.#module.imports.get(name);
    return binding?.specifier === 'ambit' && this.#scopes.getDeclaration(name)?.scope === '' ? binding.imported : undefined;
  }
}
