/** All nodes, each before its children, with its depth. Iterative: a chain of calls may be longer than a stack is deep. */
export function* preOrder<T>(
  roots: readonly T[],
  childrenOf: (node: T) => readonly T[],
): Generator<{ readonly node: T; readonly depth: number }> {
  const open = roots.toReversed().map((node) => ({ node, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const { depth } = next;
    for (const child of childrenOf(next.node).toReversed()) open.push({ node: child, depth: depth + 1 });
  }
}
