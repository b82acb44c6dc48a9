import type { ErrorDocument } from '@ambit/engine';
import { AmbitError } from '@ambit/plugin-api';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Tells an error that ended a command, and returns the exit code that it means. */
export function reportError(error: unknown, terminal: Terminal): number {
  const code = exitCodeOf(error);
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, error: errorDocument(error) }));
  if (code === EXIT.bug) sayBug(error, terminal);
  else sayError(errorDocument(error), terminal);
  return code;
}

function sayBug(error: unknown, terminal: Terminal): void {
  const { colors } = terminal;
  terminal.say(`${colors.red('bug')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  terminal.say(
    `    Node ${process.versions.node}, ${process.platform} ${process.arch}. This is a mistake in Ambit: please report it with these lines.`,
  );
}

function errorDocument(error: unknown): ErrorDocument {
  if (!AmbitError.is(error)) return { code: 'AMBIT_INTERNAL', message: String(error), hint: 'Report this as a bug.' };
  const at = error.facts['at'];
  return { code: error.code, message: error.message, hint: error.hint, ...(typeof at === 'string' && { at }) };
}

/** What failed, where, why, and what to do. */
export function sayError(error: ErrorDocument, terminal: Terminal): void {
  const { colors } = terminal;
  terminal.say(`${colors.red('error')} ${error.message}${error.at === undefined ? '' : colors.dim(` (${error.at})`)}`);
  for (let cause = error.cause; cause; cause = cause.cause)
    if (!error.message.includes(cause.message)) terminal.say(`    because ${cause.name ?? 'Error'}: ${cause.message}`);
  const log = (error as { facts?: { log?: unknown } }).facts?.log;
  if (typeof log === 'string') for (const line of log.trimEnd().split('\n').slice(-20)) terminal.say(colors.dim(`    | ${line}`));
  if (error.hint) terminal.say(`    ${error.hint}`);
  if (terminal.flags.verbosity === 'verbose' && error.stack) terminal.say(colors.dim(error.stack));
  terminal.say(colors.dim(`    ${error.code}`));
}
