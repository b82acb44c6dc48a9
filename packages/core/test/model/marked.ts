const PLACE = Symbol.for('ambit.place/1');
const DIRECTORY = Symbol.for('ambit.directory/1');
const globals = globalThis as unknown as Record<symbol, unknown>;

/** Runs a definition as a mark does: at this place of a module in this folder. */
export function marked<T>(place: string, define: () => T, directory = '/project'): T {
  const before = [globals[PLACE], globals[DIRECTORY]];
  globals[PLACE] = place;
  globals[DIRECTORY] = directory;
  try {
    return define();
  } finally {
    [globals[PLACE], globals[DIRECTORY]] = before;
  }
}
