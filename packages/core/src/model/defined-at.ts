import { here } from '@ambit/plugin-api';
import { brand, readBrand } from './brand.ts';

const DEFINED_AT = Symbol.for('ambit.defined-at/1');
const deepest = 100;

/** Remembers who called, for a program that starts runs by itself. Where a mark says the place already, nothing is kept. */
export function rememberCaller(value: object, above: (...args: never[]) => unknown): void {
  if (here().at !== undefined) return;
  const caller: { readonly stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  Error.captureStackTrace(caller, above);
  Error.stackTraceLimit = limit;
  brand(value, DEFINED_AT, caller);
}

/** The stack of the call that defined an environment or task, as V8 writes it; `undefined` where it was not remembered. */
export function definitionStack(value: unknown): string | undefined {
  return readBrand<{ readonly stack?: string }>(value, DEFINED_AT)?.stack;
}

/** What was remembered of one value holds of another that was made of it. */
export function keepCaller(from: object, to: object): void {
  const caller = readBrand<object>(from, DEFINED_AT);
  if (caller !== undefined) brand(to, DEFINED_AT, caller);
}
