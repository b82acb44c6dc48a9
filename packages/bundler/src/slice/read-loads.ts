import type { CallExpression, ImportExpression, Node } from 'oxc-parser';
import type { Load, Unit } from './module-syntax.ts';
import { memberName, stringValue, takenProperties, unwrapped } from '../syntax/patterns.ts';
import type { WalkState } from './walk-state.ts';

/** Finds what code loads by `import()`, and what it uses of it. */
export class LoadReader {
  readonly #state: WalkState;
  readonly #uses = new Map<Node, Partial<Pick<Load, 'names' | 'optional'>>>();

  constructor(state: WalkState) {
    this.#state = state;
  }

  /** A node around an import may say what is used of it: `(await import('x')).y`, `import('x').catch(…)`. */
  around(node: Node): void {
    switch (node.type) {
      case 'CallExpression':
        return this.#caught(node);
      case 'ExpressionStatement':
        return this.#used(node.expression, 'none');
      case 'VariableDeclarator':
        return this.#used(node.init, takenProperties(node.id));
      case 'MemberExpression': {
        const name = memberName(node);
        return this.#used(node.object, name === undefined ? undefined : [name]);
      }
      default:
        return;
    }
  }

  read(unit: Unit, node: ImportExpression): void {
    const written = stringValue(node.source);
    const specifier = written ?? beginning(node.source);
    if (specifier === undefined) return;
    const { region, guarded } = this.#state.around;
    const { names = 'all', optional = guarded } = this.#uses.get(node) ?? {};
    const isPattern = written === undefined;
    unit.loads.push({ kind: 'import', specifier, isPattern, names, hidden: false, optional, start: node.start, region });
  }

  #caught({ callee }: CallExpression): void {
    if (callee.type !== 'MemberExpression' || memberName(callee) !== 'catch') return;
    let inner: Node = unwrapped(callee.object);
    while (inner.type === 'CallExpression' && inner.callee.type === 'MemberExpression') inner = unwrapped(inner.callee.object);
    if (inner.type === 'ImportExpression') this.#uses.set(inner, { optional: true });
  }

  #used(expression: Node | null, names: Load['names'] | undefined): void {
    const awaited = expression && unwrapped(expression);
    const inner = awaited?.type === 'AwaitExpression' ? unwrapped(awaited.argument) : undefined;
    if (inner?.type === 'ImportExpression' && names) this.#uses.set(inner, { names });
  }
}

/** Of a path that is put together: esbuild takes all files that begin so. */
function beginning(source: Node): string | undefined {
  if (source.type === 'BinaryExpression') return beginning(source.left) ?? relativePath(stringValue(source.left));
  return source.type === 'TemplateLiteral' ? relativePath(source.quasis[0]?.value.cooked ?? undefined) : undefined;
}

function relativePath(text: string | undefined): string | undefined {
  return text !== undefined && /^\.{1,2}\//.test(text) ? text : undefined;
}
