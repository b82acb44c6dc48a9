import type { EncodedValue, WireError } from '../protocol/messages.ts';
import { taskFailureOf } from '../runtime/task-error.ts';
import { builtError, setHidden } from './build-error.ts';
import { builtinErrors, errorParts, isError } from './error-parts.ts';
import { decodeValue, encodeValue } from './encode-value.ts';

const deepest = 16;
const longestFields = 256 * 1024;

/** Whatever was thrown, on its way. Never throws: what of it cannot travel is left out. */
export function encodeError(thrown: unknown): WireError {
  return encodeThrown(thrown, new Set());
}

function encodeThrown(thrown: unknown, seen: Set<unknown>): WireError {
  if (!isError(thrown)) return { name: 'Error', message: `${describe(thrown)} was thrown`, value: encodedValue(thrown) };
  seen.add(thrown);
  const { name, message, stack, fields, cause, class: className } = errorParts(thrown);
  const kept = travelling(fields);
  const code = fields.get('code');
  const task = taskFailureOf(thrown);
  const goesOn = cause !== undefined && cause.value !== undefined && !seen.has(cause.value) && seen.size < deepest;
  return {
    name,
    ...(className === 'Error' || className === name || !isBuiltin(className) ? {} : { class: className }),
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(kept.length > 0 ? { fields: encodeValue(Object.fromEntries(kept)) } : {}),
    ...(goesOn ? { cause: encodeThrown(cause.value, seen) } : {}),
    ...(task ? { task } : {}),
  };
}

function travelling(fields: ReadonlyMap<string, unknown>): [string, unknown][] {
  let left = longestFields;
  return [...fields].filter(([name, value]) => {
    try {
      const length = name.length + encodeValue(value).length;
      if (length > left) return false;
      left -= length;
      return true;
    } catch {
      return false;
    }
  });
}

function encodedValue(thrown: unknown): EncodedValue {
  try {
    return encodeValue(thrown);
  } catch {
    return encodeValue(describe(thrown));
  }
}

function describe(thrown: unknown): string {
  try {
    const text = typeof thrown === 'string' || (typeof thrown === 'object' && thrown !== null) ? JSON.stringify(thrown) : String(thrown);
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}

/** The error again: a built-in class where it was one, a `TaskError` where it was one, own fields kept. */
export function decodeError(wire: WireError): Error {
  const fields = fieldsOf(wire);
  const known = { ...(wire.code === undefined ? {} : { code: wire.code }), ...fields, ...wire.task };
  const error = builtError(classOf(wire, fields), wire, known);
  const hidden = Object.hasOwn(fields, 'errors') && error instanceof AggregateError;
  for (const [name, value] of Object.entries(fields)) {
    if (hidden && name === 'errors') setHidden(error, name, value);
    else Object.defineProperty(error, name, { value, enumerable: true, writable: true, configurable: true });
  }
  if (wire.value !== undefined) Object.assign(error, { value: readable(wire.value) });
  if (wire.cause) setHidden(error, 'cause', causeOf(wire, wire.cause));
  return error;
}

/** What a task threw is an error in any case; what a user's error names as its cause is what it was. */
function causeOf(wire: WireError, cause: WireError): unknown {
  return cause.value === undefined || wire.task ? decodeError(cause) : readable(cause.value);
}

function fieldsOf({ fields }: WireError): Record<string, unknown> {
  const decoded = fields === undefined ? undefined : readable(fields);
  return typeof decoded === 'object' && decoded !== null ? (decoded as Record<string, unknown>) : {};
}

/** What another version wrote may be unreadable here; the error itself must not be lost for it. */
function readable(text: EncodedValue): unknown {
  try {
    return decodeValue(text);
  } catch {
    return undefined;
  }
}

function classOf(wire: WireError, fields: Readonly<Record<string, unknown>>): string {
  if (wire.task) return 'TaskError';
  if (wire.code?.startsWith('AMBIT_') && typeof fields['hint'] === 'string') return 'AmbitError';
  const { class: known = wire.name } = wire;
  return isBuiltin(known) ? known : 'Error';
}

function isBuiltin(name: string): boolean {
  return name === 'AggregateError' || Object.hasOwn(builtinErrors, name);
}
