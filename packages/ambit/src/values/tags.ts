/** In JSON, what it has no form for is an object with one of these as its only key (`cli.md`). */
export const TAGS = [
  '$date',
  '$bigint',
  '$map',
  '$set',
  '$bytes',
  '$url',
  '$number',
  '$undefined',
  '$error',
  '$file',
  '$directory',
  '$regexp',
  '$object',
  '$ref',
] as const;

const known: ReadonlySet<string> = new Set(TAGS);

/** A plain object that could be read as a tag. `$file` and `$directory` may have fields beside them. */
export function looksTagged(value: object): boolean {
  const keys = Object.keys(value);
  if (keys.length === 1) return known.has(keys[0]!);
  return keys.includes('$file') || keys.includes('$directory');
}
