// What copies of Ambit in one process share: docs/decisions/globals.md.
export const FILE = Symbol.for('ambit.file/1');
export const TREE = Symbol.for('ambit.tree/1');
export const STORE = Symbol.for('ambit.store/1');
export const FILES = Symbol.for('ambit.files/1');
export const CALL = Symbol.for('ambit.call/1');
export const CONTEXT = Symbol.for('ambit.context/1');
export const WORKER = Symbol.for('ambit.worker/1');
export const TASKS = Symbol.for('ambit.tasks/1');
export const NON_RETRYABLE = Symbol.for('ambit.non-retryable/1');

const globals = globalThis as unknown as Record<symbol, unknown>;

/** A fact of this process under a key of its own; `undefined` where nobody set it. */
export function readGlobal<T>(key: symbol): T | undefined {
  return globals[key] as T | undefined;
}

export function setGlobal(key: symbol, value: unknown): void {
  globals[key] = value;
}
