/**
 * A size: bytes, or text with a unit (`K`, `M`, `G`, `T` count in thousands; `Ki`, `Mi`, `Gi`, `Ti` in 1024). `'-4Gi'` and `'4 Gi'`
 * pass as types, because a computed `${n}Gi` has to; the definition refuses them.
 */
export type Bytes = number | `${number}${'K' | 'M' | 'G' | 'T' | 'Ki' | 'Mi' | 'Gi' | 'Ti'}`;
/** A length of time: milliseconds, or text with a unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const sizes: Readonly<Record<string, number>> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const times: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parse(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  let amount: number | undefined;
  if (typeof value === 'number') amount = value;
  else if (typeof value === 'string') {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(value) ?? [];
    const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (digits !== undefined && factor !== undefined) amount = Math.ceil(Number(digits) * factor);
  }
  return amount !== undefined && Number.isSafeInteger(amount) && amount > 0 ? amount : undefined;
}

/** Bytes; `undefined` where it is no size above zero. */
export function parseBytes(value: unknown): number | undefined {
  return parse(value, sizes);
}

/** Milliseconds; `undefined` where it is no length of time above zero. */
export function parseDuration(value: unknown): number | undefined {
  return parse(value, times);
}

/** More is no size that a person reads. */
const mostDigits = 10_000;

/** A size for people: `4Gi`, `1.5Gi`, `500M`; as it was written where that is exact, else to one decimal. */
export function formatBytes(bytes: number): string {
  const units = Object.entries(sizes)
    .filter(([, factor]) => bytes >= factor)
    .sort(([, a], [, b]) => b - a);
  const exact = units.find(([, factor]) => Number.isInteger((bytes * 10) / factor) && bytes / factor < mostDigits);
  const [unit, factor] = exact ?? units.find(([name]) => name.endsWith('i')) ?? [' bytes', 1];
  return `${Math.round((bytes / factor) * 10) / 10}${unit}`;
}
