import type { ModuleExportName, Node } from 'oxc-parser';

/** The names that a pattern binds or assigns to. */
export function patternNames(pattern: Node): readonly string[] {
  return patternIdentifiers(pattern).map(({ name }) => name);
}

export function patternIdentifiers(pattern: Node): readonly Extract<Node, { type: 'Identifier' }>[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'AssignmentPattern':
      return patternIdentifiers(pattern.left);
    case 'RestElement':
      return patternIdentifiers(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternIdentifiers(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => patternIdentifiers(property.type === 'RestElement' ? property : property.value));
    default: {
      const inner = unwrapped(pattern);
      return inner === pattern ? [] : patternIdentifiers(inner);
    }
  }
}

/** What a pattern takes of a value: for each part of it, the names that it binds. */
export interface PatternPart {
  readonly path: readonly string[];
  readonly names: readonly string[];
}

export function patternParts(pattern: Node): readonly PatternPart[] {
  switch (pattern.type) {
    case 'AssignmentPattern':
      return patternParts(pattern.left);
    case 'ObjectPattern':
      if (pattern.properties.length === 0) return [{ path: [], names: [] }];
      return pattern.properties.flatMap((property) => {
        const key = property.type === 'Property' && !property.computed ? keyName(property.key) : undefined;
        return property.type === 'Property' && key !== undefined ? below(key, property.value) : [whole(property)];
      });
    case 'ArrayPattern':
      return pattern.elements.flatMap((element, index) => {
        if (!element) return [];
        return element.type === 'RestElement' ? [whole(element)] : below(String(index), element);
      });
    default:
      return [whole(pattern)];
  }
}

function below(key: string, pattern: Node): readonly PatternPart[] {
  return patternParts(pattern).map(({ path, names }) => ({ path: [key, ...path], names }));
}

function whole(pattern: Node): PatternPart {
  return { path: [], names: patternNames(pattern.type === 'Property' ? pattern.value : pattern) };
}

/** The properties that a pattern takes, where it names them all. */
export function takenProperties(pattern: Node): readonly string[] | undefined {
  const names = patternParts(pattern).map(({ path: [name] }) => name);
  return names.every((name) => name !== undefined) ? names : undefined;
}

export function keyName(key: Node): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return stringValue(key);
}

/** A name as it stands in an import or an export. */
export function exportName(name: ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}

/** The text of a string literal, also of a template without expressions. */
export function stringValue(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** What `a.b` or `a['b']` takes of `a`. */
export function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  return node.computed ? stringValue(node.property) : keyName(node.property);
}

/** Without what only types need around it. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return unwrapped(node.expression);
    default:
      return node;
  }
}

/** Of `name.a.b`. */
export function nameAndPath(expression: Node): { readonly name: string; readonly path: readonly string[] } | undefined {
  const node = unwrapped(expression);
  if (node.type === 'Identifier') return { name: node.name, path: [] };
  const member = memberName(node);
  const object = node.type === 'MemberExpression' && member !== undefined ? nameAndPath(node.object) : undefined;
  return object && member !== undefined ? { name: object.name, path: [...object.path, member] } : undefined;
}

/** Where an expression begins that is made of members and calls. */
export function rootOf(node: Node): Node {
  const inner = unwrapped(node);
  if (inner.type === 'MemberExpression') return rootOf(inner.object);
  return inner.type === 'CallExpression' || inner.type === 'NewExpression' ? rootOf(inner.callee) : inner;
}
