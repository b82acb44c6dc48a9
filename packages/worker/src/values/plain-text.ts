const deepest = 100;

/** JSON where that loses nothing: a tree of plain objects and arrays with what JSON has. Most values are that. */
export function plainText(value: unknown): string | undefined {
  try {
    return isPlainTree(value, new Set(), 0) ? JSON.stringify(value) : undefined;
  } catch {
    // A proxy or getter that throws: the general way finds out where.
    return undefined;
  }
}

function isPlainTree(value: unknown, seen: Set<object>, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth > deepest || seen.has(value)) return false;
  seen.add(value);
  if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
  if (Array.isArray(value)) return Object.getPrototypeOf(value) === Array.prototype && arePlain(value, seen, depth);
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.getOwnPropertySymbols(value).length > 0) return false;
  for (const key of Object.keys(value)) if (!isPlainTree((value as Record<string, unknown>)[key], seen, depth + 1)) return false;
  return true;
}

/** JSON would lose what some arrays have besides their items (the matches of a regular expression). */
function arePlain(items: readonly unknown[], seen: Set<object>, depth: number): boolean {
  for (let i = 0; i < items.length; i += 1) if (!isPlainTree(items[i], seen, depth + 1)) return false;
  return Object.keys(items).length === items.length;
}
