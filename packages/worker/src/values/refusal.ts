import { types } from 'node:util';
import { STORE } from '../runtime/brands.ts';
import { directoryFactsOf } from '../runtime/directory.ts';
import type { DirectoryFacts } from '../runtime/directory.ts';
import type { FileFacts } from '../runtime/file.ts';
import { fileFactsOf } from '../runtime/file.ts';
import { isError } from './error-parts.ts';

export interface Refusal {
  readonly what: string;
  readonly hint: string;
}

/** Classes whose instances travel; Buffer arrives as a Uint8Array. Names, so that values of another realm count. */
const classes = new Set([
  'Object',
  'Array',
  'Date',
  'RegExp',
  'Map',
  'Set',
  'URL',
  'ArrayBuffer',
  'DataView',
  'Buffer',
  ...['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'BigInt64', 'BigUint64', 'Float16', 'Float32', 'Float64'].map(
    (name) => `${name}Array`,
  ),
]);

/** Why this object does not travel; `undefined` where it does (what is in it is another question). */
export function refusalOf(value: object): Refusal | undefined {
  const file = fileFactsOf(value);
  if (file)
    return file.uri === undefined ? { what: 'is a file that was not written', hint: 'Write it first: await file.write(…).' } : undefined;
  if (isError(value) || directoryFactsOf(value)) return undefined;
  if (types.isPromise(value) || typeof (value as { then?: unknown }).then === 'function')
    return { what: 'is a promise', hint: 'Await it first.' };
  // Of a class of the host that nobody can name, and yet text by text.
  if (value === process.env) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return symbolKeys(value);
  if (types.isArgumentsObject(value)) return { what: 'is the arguments of a function', hint: 'Copy them: [...arguments].' };
  if (types.isGeneratorObject(value)) return { what: 'is a generator', hint: 'Collect what it gives in an array first.' };
  const name = className(prototype as object);
  if (isStream(value, name)) return { what: 'is a stream', hint: 'Write it to a File, and hand over the file.' };
  if (name === 'File' || name === 'Blob')
    return { what: `is the global ${name}`, hint: "Use the File of Ambit: import { File } from 'ambit'." };
  if (name === 'Object' && Object.getPrototypeOf(prototype) !== null)
    return { what: 'inherits from another object', hint: 'Copy what you need of both into a plain object.' };
  if (!classes.has(name) || !isGenuine(value, name))
    return { what: `is an instance of ${name}`, hint: 'Copy what you need of it into a plain object.' };
  return name === 'Object' ? symbolKeys(value) : undefined;
}

/** What stores a file or directory that lies on this machine only. */
export function storeOf(value: object): (() => Promise<FileFacts | DirectoryFacts>) | undefined {
  return (value as Partial<Record<typeof STORE, () => Promise<FileFacts | DirectoryFacts>>>)[STORE];
}

function className(prototype: object): string {
  const { constructor } = prototype as { constructor?: { name?: unknown } };
  if (typeof constructor?.name === 'string' && constructor.name !== '') return constructor.name;
  return Object.getPrototypeOf(prototype) === null ? 'Object' : 'an anonymous class';
}

/** A user's class may be called like a built-in one. */
function isGenuine(value: object, name: string): boolean {
  if (name === 'Object') return true;
  if (name === 'Array') return Array.isArray(value);
  if (name === 'Date') return types.isDate(value);
  if (name === 'RegExp') return types.isRegExp(value);
  if (name === 'Map') return types.isMap(value);
  if (name === 'Set') return types.isSet(value);
  if (name === 'URL') return value instanceof URL;
  if (name === 'ArrayBuffer') return types.isArrayBuffer(value);
  return ArrayBuffer.isView(value);
}

function isStream(value: object, name: string): boolean {
  return /^(Readable|Writable|Transform)Stream$/.test(name) || typeof (value as { pipe?: unknown }).pipe === 'function';
}

function symbolKeys(value: object): Refusal | undefined {
  const found = Object.getOwnPropertySymbols(value).find((key) => Object.prototype.propertyIsEnumerable.call(value, key));
  return found && { what: `has a symbol as a key: ${String(found)}`, hint: 'Use strings as keys.' };
}
