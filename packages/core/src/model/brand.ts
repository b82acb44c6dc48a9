/** Values are recognised by these, so that two copies of the package and subclasses work: docs/decisions/globals.md. */
export const ENVIRONMENT = Symbol.for('ambit.environment/1');
export const TASK = Symbol.for('ambit.task/1');
export const IMAGE = Symbol.for('ambit.image/1');
export const SECRET = Symbol.for('ambit.secret/1');

/** Not enumerable: a printed environment, task or image shows what the user wrote. */
export function brand(value: object, key: symbol, fact: object): void {
  Object.defineProperty(value, key, { value: fact });
}

export function readBrand<T>(value: unknown, key: symbol): T | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  return (value as { readonly [key: symbol]: T | undefined })[key];
}
