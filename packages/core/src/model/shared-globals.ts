import type { CallOptions } from '@ambit/plugin-api';

// What copies of Ambit in one process share: docs/decisions/globals.md.
const DIRECTORY = Symbol.for('ambit.directory/1');
const CALL = Symbol.for('ambit.call/1');

const globals = globalThis as unknown as { readonly [key: symbol]: unknown };

/** What a call of a task does where a runtime says so. */
export type CallTask = (
  task: { readonly id: string; readonly fn: (...args: never[]) => unknown },
  args: readonly unknown[],
  options?: CallOptions,
) => Promise<unknown>;

/** The absolute folder of the module that makes the call that runs just now; a mark set it. */
export function currentDirectory(): string | undefined {
  const directory = globals[DIRECTORY];
  return typeof directory === 'string' ? directory : undefined;
}

export function currentCall(): CallTask | undefined {
  const call = globals[CALL];
  return typeof call === 'function' ? (call as CallTask) : undefined;
}
