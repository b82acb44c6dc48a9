type Version = readonly [number, number, number];

/** Versions from one on, up to another that is not among them. */
export interface VersionRange {
  readonly from: Version;
  readonly below: Version;
}

const written = /^\s*(\^|~|=|v)?\s*(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?\s*$/i;

/** The forms of npm's ranges that say both ends: `1.2.3`, `^1.2.3`, `~1.2`, `1.x`. `undefined` for all else: tags, addresses, several ranges. */
export function versionRange(text: string): VersionRange | undefined {
  const [, operator = '', ...parts] = written.exec(text) ?? [];
  const numbers = parts.filter((part) => part !== undefined).map(Number);
  const known = numbers.slice(0, (numbers.findIndex(Number.isNaN) + 1 || numbers.length + 1) - 1);
  if (known.length === 0) return undefined;
  const [major = 0, minor = 0, patch = 0] = known;
  const from: Version = [major, minor, patch];
  if (operator === '^') return { from, below: afterCaret(from, known.length) };
  if (operator === '~' || known.length < 3) return { from, below: known.length === 1 ? [major + 1, 0, 0] : [major, minor + 1, 0] };
  return { from, below: [major, minor, patch + 1] };
}

/** What is left of the first number that is not 0 stays. */
function afterCaret([major, minor, patch]: Version, said: number): Version {
  if (major > 0 || said === 1) return [major + 1, 0, 0];
  return minor > 0 || said === 2 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

/** Whether no version is in both. */
export function areApart(a: VersionRange, b: VersionRange): boolean {
  return !isBefore(a.from, b.below) || !isBefore(b.from, a.below);
}

function isBefore(a: Version, b: Version): boolean {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index !== -1 && a[index]! < b[index]!;
}
