import type { ErrorDocument } from '@ambit/engine';
import { AmbitError } from '@ambit/plugin-api';
import { CommanderError } from 'commander';
import { programError } from '../record/program-error.ts';
import { errorLines } from '../view/error-lines.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { asKnownError } from './system-error.ts';
import type { Terminal } from './terminal.ts';

/** The exit code of whatever ended a command; told, unless it is no error. */
export function reportThrown(thrown: unknown, terminal: Terminal): number {
  if (thrown === terminal.gone.reason) return EXIT.ok;
  // Help was asked for, and printed.
  return thrown instanceof CommanderError && thrown.exitCode === 0 ? EXIT.ok : reportError(thrown, terminal);
}

/** Tells an error that ended a command, and returns the exit code that it means. */
export function reportError(thrown: unknown, terminal: Terminal): number {
  const error = asKnownError(thrown);
  const code = exitCodeOf(error);
  const document = errorDocument(error);
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, error: programError(document) }));
  if (code === EXIT.bug) sayBug(error, terminal);
  else sayError(document, terminal);
  return code;
}

function sayBug(error: unknown, { colors, say }: Terminal): void {
  say(`${colors.red('bug')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  say(
    `    Node ${process.versions.node}, ${process.platform} ${process.arch}. This is a mistake in Ambit: please report it with these lines.`,
  );
}

function errorDocument(error: unknown): ErrorDocument {
  if (!AmbitError.is(error)) return { code: 'AMBIT_INTERNAL', message: String(error), hint: 'Report this as a bug.' };
  const { code, message, hint } = error;
  const { at, ...facts } = error.facts;
  return { code, message, hint, ...(typeof at === 'string' && { at }), ...(Object.keys(facts).length > 0 && { facts }) };
}

/** What failed, where, why, and what to do; `more` stands below the message. */
export function sayError(error: ErrorDocument, { colors, say, flags }: Terminal, more: readonly string[] = []): void {
  say(errorLines(error, colors, { isVerbose: flags.verbosity === 'verbose', more }).join('\n'));
}
