import type { CallExpression, Node } from 'oxc-parser';
import type { ScopeTracker } from 'oxc-walker';
import type { ModuleSyntax } from './module-syntax.ts';
import { memberName, stringValue, unwrapped } from '../syntax/patterns.ts';

export interface Required {
  readonly specifier: string;
  readonly literal: Node;
  /** By a function that `createRequire` made, or by Node's resolver. */
  readonly hidden: boolean;
}

/** Knows calls of `require`, also of one made by `createRequire(import.meta.url)`, and of `import.meta.resolve`. */
export class Requires {
  readonly #module: ModuleSyntax;
  readonly #scopes: ScopeTracker;

  constructor(module: ModuleSyntax, scopes: ScopeTracker) {
    this.#module = module;
    this.#scopes = scopes;
  }

  /** What a call requires, or resolves, where that is a literal. */
  read(node: CallExpression): Required | undefined {
    const literal = node.arguments[0];
    const specifier = stringValue(literal);
    if (!literal || specifier === undefined) return undefined;
    const callee = unwrapped(node.callee);
    const isResolve = callee.type === 'MemberExpression' && memberName(callee) === 'resolve';
    const fn = isResolve ? unwrapped(callee.object) : callee;
    if (isResolve && fn.type === 'MetaProperty') return { specifier, literal, hidden: true };
    const isFree = fn.type === 'Identifier' && fn.name === 'require' && !this.#scopes.isDeclared('require');
    if (!isFree && !this.#isMade(fn)) return undefined;
    return { specifier, literal, hidden: !isFree };
  }

  #isMade(node: Node): boolean {
    if (node.type === 'CallExpression') return this.#isCreateRequire(unwrapped(node.callee));
    if (node.type !== 'Identifier') return false;
    const declaration = this.#scopes.getDeclaration(node.name);
    if (declaration?.type !== 'Variable') return false;
    const declarator = declaration.variableNode.declarations.find(({ id }) => id.type === 'Identifier' && id.name === node.name);
    const init = declarator?.init && unwrapped(declarator.init);
    return init?.type === 'CallExpression' && this.#isCreateRequire(unwrapped(init.callee));
  }

  #isCreateRequire(callee: Node): boolean {
    if (callee.type === 'Identifier') return this.#imported(callee.name) === 'createRequire';
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
    const imported = this.#imported(callee.object.name);
    return memberName(callee) === 'createRequire' && (imported === '*' || imported === 'default');
  }

  #imported(name: string): string | undefined {
    const binding = this.#module.imports.get(name);
    return binding && /^(node:)?module$/.test(binding.specifier) ? binding.imported : undefined;
  }
}
