/** Plain data; `undefined` counts as absent. */
export type Canonical = string | boolean | number | readonly Canonical[] | { readonly [key: string]: Canonical | undefined };

/** Each value with its type and length, so that two different values never read alike. The order of keys does not count. */
export function canonical(value: Canonical): string {
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return `n${value};`;
  if (isList(value)) return `a${value.length}:${value.map(canonical).join('')}`;
  const entries = Object.entries(value).filter((entry): entry is [string, Canonical] => entry[1] !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `o${entries.length}:${entries.map(([key, each]) => canonical(key) + canonical(each)).join('')}`;
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
