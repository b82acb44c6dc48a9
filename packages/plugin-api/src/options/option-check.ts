import { AmbitError } from '../errors.ts';
import type { Json } from '../json.ts';
import { didYouMean } from './suggestion.ts';
import { here } from './definition-place.ts';

/** Whose option is checked: how messages call it, and what a program gets to know of it. */
export interface Owner {
  readonly title: string;
  readonly facts: { readonly environment?: string; readonly task?: string; readonly call?: string };
}

export interface Wanted {
  /** `a size in bytes, or text like '4Gi'`. */
  readonly expected: string;
  /** How it is written right. */
  readonly example: string;
}

/** A value as a message names it: short, on one line. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : String(value);
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name !== 'string' || name === '' || name === 'Object' ? 'an object' : `an instance of ${name}`;
}

function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `'${short.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))}'`;
}

export function definitionError(
  code: `AMBIT_DEFINE_${string}`,
  message: string,
  hint: string,
  facts: { readonly [key: string]: Json | undefined },
): AmbitError {
  const known = Object.entries<Json | undefined>({ ...facts, ...here() }).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined,
  );
  return new AmbitError(code, message, { hint, facts: Object.fromEntries(known) });
}

export function optionError(owner: Owner, option: string, wanted: Wanted, value: unknown): AmbitError {
  const got = describeValue(value);
  return definitionError(
    'AMBIT_DEFINE_OPTION',
    `${owner.title}: ${option} is ${got}; expected ${wanted.expected}.`,
    `Write it like this: ${wanted.example}.`,
    { ...owner.facts, option, expected: wanted.expected, got },
  );
}

/** An ignored option would be a lie: one that nobody knows is an error. */
export function checkOptionNames(owner: Owner, options: object, known: readonly string[], prefix = ''): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw definitionError(
      'AMBIT_DEFINE_UNKNOWN_OPTION',
      `${owner.title}: there is no option ${prefix}${name}.${didYouMean(name, known)}`,
      `Use one of: ${known.join(', ')}; or leave it out.`,
      { ...owner.facts, option: `${prefix}${name}`, known: [...known] },
    );
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** An object of options: known names only. `undefined` counts as nothing said. */
export function checkOptions(owner: Owner, option: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (value === undefined) return {};
  const expected = `an object with ${known.join(', ')}`;
  if (!isPlainObject(value)) throw optionError(owner, option, { expected, example: `{ ${known[0]}: … }` }, value);
  checkOptionNames(owner, value, known, option === 'options' ? '' : `${option}.`);
  return value;
}

export function checkText(owner: Owner, option: string, value: unknown, wanted: Wanted): string {
  if (typeof value !== 'string' || value.trim() === '' || value.includes('\0')) throw optionError(owner, option, wanted, value);
  return value;
}

export function checkTexts(owner: Owner, option: string, value: unknown, wanted: Wanted): readonly string[] {
  if (!Array.isArray(value)) throw optionError(owner, option, wanted, value);
  return Object.freeze(Array.from(value, (item: unknown, index) => checkText(owner, `${option}[${index}]`, item, wanted)));
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables: a frozen copy. */
export function checkVariables(owner: Owner, option: string, value: unknown): Readonly<Record<string, string>> {
  const wanted = { expected: 'variables with text as values', example: `{ LOG_LEVEL: 'debug' }` };
  if (!isPlainObject(value)) throw optionError(owner, option, wanted, value);
  const entries = Object.entries(value).map(([name, text]): [string, string] => {
    if (!variableName.test(name))
      throw optionError(owner, `a name in ${option}`, { expected: 'letters, digits and _, no digit first', example: wanted.example }, name);
    if (typeof text !== 'string' || text.includes('\0'))
      throw optionError(owner, `${option}.${name}`, { ...wanted, expected: 'text' }, text);
    return [name, text];
  });
  return Object.freeze(Object.fromEntries(entries));
}
