import type { Place } from './definition.ts';

// What copies of Ambit in one process share: docs/decisions/globals.md.
const PLACE = Symbol.for('ambit.place/1');
const DIRECTORY = Symbol.for('ambit.directory/1');
const CALL = Symbol.for('ambit.call/1');

const globals = globalThis as unknown as { readonly [key: symbol]: unknown };

/** What a call of a task does where a runtime says so. */
export type CallTask = (
  task: { readonly id: string; readonly fn: (...args: never[]) => unknown },
  args: readonly unknown[],
) => Promise<unknown>;

/** Where the definition that runs just now stands, to be spread into it; a mark set it. */
export function here(): { readonly at?: Place } {
  const at = globals[PLACE];
  return typeof at === 'string' ? { at } : {};
}

/** The absolute folder of the module that makes the call that runs just now; a mark set it. */
export function currentDirectory(): string | undefined {
  const directory = globals[DIRECTORY];
  return typeof directory === 'string' ? directory : undefined;
}

export function currentCall(): CallTask | undefined {
  const call = globals[CALL];
  return typeof call === 'function' ? (call as CallTask) : undefined;
}
