const WORKER = Symbol.for('ambit.worker/1');

/** What the calls of tasks that a piece of code makes have in common. */
export interface CallScope {
  /** Runs `fn` so that the calls of tasks which it makes belong to this scope, wherever the scope was opened. */
  run<R>(fn: () => R): R;
  /** Ends the calls that are open in it; those that are made later are refused. */
  cancel(reason: string): void;
}

export interface ScopeOptions {
  /** Part of the identity of the actions that are called in it. */
  readonly group?: string;
  /** What people read of the calls that have no label of their own. */
  readonly label?: string;
}

const plain: CallScope = { run: (fn) => fn(), cancel: () => undefined };

/** A scope within the one in which the code that opens it runs. Outside a run there is nothing to say of calls. */
export function openScope(options: ScopeOptions): CallScope {
  const worker = (globalThis as unknown as Record<symbol, { openScope?(options: ScopeOptions): CallScope } | undefined>)[WORKER];
  return worker?.openScope?.(options) ?? plain;
}
