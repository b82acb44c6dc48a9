import { inspect } from 'node:util';
import { AmbitError } from '@ambit/plugin-api';
import type { Json } from '@ambit/plugin-api';
import type { Unprovided } from './prepared-project.ts';
import { placeOfLine, userStack } from './user-stack.ts';
import type { LoadedModule } from './user-stack.ts';

/** What a project threw while it was imported, as its author should see it: with their places and without our frames. `marked`: where, if no frame says so. */
export function loadError(error: unknown, entry: string, module: LoadedModule, marked?: string): AmbitError {
  const stack = userStack(error instanceof Error ? (error.stack ?? '') : '', module);
  const at = stack.at ?? marked ?? linkedAt(error, module);
  const shown = error instanceof Error ? { name: error.name, message: error.message } : { name: '', message: printed(error) };
  if (error instanceof Error) restack(error, stack.frames);
  const failure =
    error instanceof Error && AmbitError.is(error)
      ? new AmbitError(error.code, error.message, { hint: error.hint, facts: withPlace(error.facts, at), cause: error.cause })
      : thrown(shown, entry, at, error);
  restack(failure, stack.frames);
  return failure;
}

/** A name that a package installed here does not have; Node says so before any of the project's code has run. */
export function unprovidedName(error: unknown, module: LoadedModule): Unprovided | undefined {
  if (!(error instanceof SyntaxError) || !error.stack?.startsWith(`${module.url}:`)) return undefined;
  const esm = /^The requested module '(file:[^']+)' does not provide an export named '([^']+)'/.exec(error.message);
  if (esm) return { url: esm[1]!, name: esm[2]! };
  const commonJs = /^Named export '([^']+)' not found\. The requested module '(file:[^']+)' is a CommonJS module/.exec(error.message);
  return commonJs ? { url: commonJs[2]!, name: commonJs[1]! } : undefined;
}

function thrown({ name, message }: { name: string; message: string }, entry: string, at: string | undefined, cause: unknown): AmbitError {
  const what = name === '' || name === 'Error' ? message : `${name}: ${message}`;
  const where = at === undefined ? `${entry} cannot be loaded` : `${at} threw while ${entry} was loaded`;
  return new AmbitError('AMBIT_LOAD_FAILED', `${where}: ${what}`, {
    hint: 'Mend what throws at module level, or move it into a task.',
    facts: withPlace({}, at),
    cause,
  });
}

function withPlace(facts: Readonly<Record<string, Json>>, at: string | undefined): Readonly<Record<string, Json>> {
  return at === undefined || 'at' in facts ? facts : { ...facts, at };
}

/** Errors of linking have no frames: their stack begins with the line of the import. */
function linkedAt(error: unknown, module: LoadedModule): string | undefined {
  if (!(error instanceof SyntaxError) || !error.stack?.startsWith(`${module.url}:`)) return undefined;
  return placeOfLine(Number.parseInt(error.stack.slice(module.url.length + 1), 10), module);
}

/** Gives an error these frames and no others. */
export function restack(error: Error, frames: readonly string[]): void {
  const value = [`${error.name}: ${error.message}`, ...frames].join('\n');
  try {
    Object.defineProperty(error, 'stack', { configurable: true, writable: true, value });
  } catch {
    // Somebody froze it: then it stays as it is.
  }
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity });
}
