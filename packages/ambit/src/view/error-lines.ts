import type { ErrorDocument } from '@ambit/engine';
import type { Colors } from '../cli/terminal.ts';

const mostLogLines = 20;

export interface ErrorLinesOptions {
  readonly isVerbose?: boolean;
  /** What stands below the message. */
  readonly more?: readonly string[];
}

/** What failed, where, why, and what to do. */
export function errorLines(
  error: ErrorDocument,
  colors: Colors,
  { isVerbose = false, more = [] }: ErrorLinesOptions = {},
): readonly string[] {
  const isSaid = error.at === undefined || error.message.includes(error.at);
  const log = error.facts?.['log'];
  const logged = typeof log === 'string' && log !== '' ? log.trimEnd().split('\n').slice(-mostLogLines) : [];
  return [
    `${colors.red('error')} ${error.message}${isSaid ? '' : colors.dim(` (${error.at})`)}`,
    ...[...more, ...causes(error)].map((line) => `    ${line}`),
    ...logged.map((line) => colors.dim(`    | ${line}`)),
    ...(error.hint === '' ? [] : [`    ${error.hint}`]),
    ...(isVerbose && error.stack !== undefined ? [colors.dim(error.stack)] : []),
    colors.dim(`    ${error.code}`),
  ];
}

/** `because RangeError: too long`, where what stands above does not say it already. */
function causes(error: ErrorDocument): readonly string[] {
  const lines: string[] = [];
  let said = error.message;
  for (let { cause } = error; cause; { cause } = cause) {
    if (!said.includes(cause.message)) lines.push(`because ${cause.name === undefined ? '' : `${cause.name}: `}${cause.message}`);
    said += `\n${cause.message}`;
  }
  return lines;
}
