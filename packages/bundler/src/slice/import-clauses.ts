import type { Unit } from './module-syntax.ts';

/** Of an import, the part before `from` with these names only. */
export function importClause({ imported = [] }: Unit, names: ReadonlySet<string>): string {
  const kept = imported.filter(({ local }) => names.has(local));
  const named = kept.filter(({ imported: name }) => name !== '*' && name !== 'default');
  const whole = kept.filter(({ imported: name }) => name === '*').map(({ local }) => `* as ${local}`);
  const defaults = kept.filter(({ imported: name }) => name === 'default').map(({ local }) => local);
  const list = named.length > 0 ? [`{ ${named.map(({ imported: name, local }) => renamed(name, local)).join(', ')} }`] : [];
  return `import ${[...defaults, ...whole, ...list].join(', ')}`;
}

/** Of a re-export, the part before `from` with these names only. */
export function exportClause({ reexported = [] }: Unit, names: ReadonlySet<string>): string {
  const kept = reexported.filter(({ exported }) => names.has(exported));
  const [first] = kept;
  if (first?.imported === '*') return `export * as ${quoted(first.exported)}`;
  return `export { ${kept.map(({ imported, exported }) => renamed(imported, exported)).join(', ')} }`;
}

/** `name as other`, with quotes where a name is none. */
export function renamed(name: string, as: string): string {
  return name === as ? quoted(name) : `${quoted(name)} as ${quoted(as)}`;
}

function quoted(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}
