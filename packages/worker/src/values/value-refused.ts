import { AmbitError } from '@ambit/plugin-api';

/** Values above this do not travel: 256 MiB of encoded text. */
export const MAX_VALUE_LENGTH = 256 * 2 ** 20;

/** One step of the path to a part of a value. */
export type PathStep =
  | { readonly kind: 'property'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'entry'; readonly key: unknown }
  | { readonly kind: 'key'; readonly index: number }
  | { readonly kind: 'item'; readonly index: number };

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function stepText(step: PathStep): string {
  if (step.kind === 'property') return identifier.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`;
  if (step.kind === 'index') return `[${step.index}]`;
  if (step.kind === 'key') return `.keys[${step.index}]`;
  if (step.kind === 'item') return `.items[${step.index}]`;
  return `.get(${keyText(step.key)})`;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'boolean' || typeof key === 'bigint' ? String(key) : '…';
}

/** `result.items[3].callback`. */
export function pathText(at: string, steps: readonly PathStep[]): string {
  return at + steps.map(stepText).join('');
}

/** `path` says where, `what` why: `is a function`. */
export function valueRefused(path: string, what: string, hint: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_VALUE_REFUSED', `${path} ${what}`, { hint, facts: { path, what }, cause });
}

export function valueTooLarge(at: string, length: number): AmbitError {
  return new AmbitError('AMBIT_VALUE_TOO_LARGE', `${at} takes ${length} bytes when encoded; the limit is ${MAX_VALUE_LENGTH}`, {
    hint: 'Write large data to a File and hand over the file.',
    facts: { at, length, limit: MAX_VALUE_LENGTH },
  });
}
