import { visitorKeys } from 'oxc-parser';
import type { Node } from 'oxc-parser';

const withoutCode = new Set(['typeAnnotation', 'typeArguments', 'typeParameters', 'returnType', 'implements', 'superTypeArguments']);
const withoutValue = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSDeclareFunction']);
const codeKeys = new Map<string, readonly string[]>();

type Children = Readonly<Record<string, unknown>>;

/** All nodes that are code, not types, outer ones first. `visit` answers `false` where what is inside does not matter. */
export function walk(root: Node, visit: (node: Node) => boolean | void): void {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (withoutValue.has(node.type) || ('declare' in node && node.declare === true) || visit(node) === false) continue;
    const from = open.length;
    forChildren(node, (child) => open.push(child));
    for (let low = from, high = open.length - 1; low < high; low += 1, high -= 1) [open[low], open[high]] = [open[high]!, open[low]!];
  }
}

/** The code directly in a node. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  forChildren(node, (child) => children.push(child));
  return children;
}

function forChildren(node: Node, take: (child: Node) => void): void {
  for (const key of keysOf(node.type)) {
    const value = (node as unknown as Children)[key];
    if (Array.isArray(value)) {
      for (const child of value as (Node | null)[]) if (child) take(child);
    } else if (value) take(value as Node);
  }
}

function keysOf(type: string): readonly string[] {
  let keys = codeKeys.get(type);
  if (!keys) codeKeys.set(type, (keys = (visitorKeys[type] ?? []).filter((key) => !withoutCode.has(key))));
  return keys;
}

/** Takes nodes that are nothing but parentheses out of a tree, with what is in them in their place. */
export function removeParentheses(root: Node): void {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const key of keysOf(node.type)) {
      const parts = node as unknown as Record<string, unknown>;
      const value = parts[key];
      if (Array.isArray(value)) {
        const list = value as (Node | null)[];
        for (const [index, child] of list.entries()) if (child) open.push((list[index] = unparenthesised(child)));
      } else if (value) open.push((parts[key] = unparenthesised(value as Node)));
    }
}

function unparenthesised(node: Node): Node {
  return node.type === 'ParenthesizedExpression' ? unparenthesised(node.expression) : node;
}
