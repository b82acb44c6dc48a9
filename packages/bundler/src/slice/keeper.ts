/** Whose bundles have a piece of code: the one environment's, nobody's (`null`), or, where it is undefined, everybody's. */
export type Keeper = string | null | undefined;

/** Where both must hold. */
export function both(a: Keeper, b: Keeper): Keeper {
  if (a === undefined || a === b) return b;
  return b === undefined ? a : null;
}
