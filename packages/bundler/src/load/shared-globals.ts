/** What copies of Ambit in one process share lies under `Symbol.for` keys: docs/decisions/globals.md. */
export const sharedGlobals = globalThis as unknown as Record<symbol, unknown>;

/** `(module URL) => Mark`: what a loaded module calls its marks and helpers on. */
export const AT = Symbol.for('ambit.at/1');
export const PLACE = Symbol.for('ambit.place/1');
export const DIRECTORY = Symbol.for('ambit.directory/1');
/** Property of the `import.meta` of a loaded module: `isMain` is false for it, whenever it is asked. */
export const LOADED = Symbol.for('ambit.loaded/1');
