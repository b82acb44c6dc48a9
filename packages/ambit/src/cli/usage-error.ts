import type { CommanderError } from 'commander';
import { AmbitError } from '@ambit/plugin-api';

export function usageError(message: string, hint: string): AmbitError {
  return new AmbitError('AMBIT_USAGE', message, { hint });
}

/** What commander did not understand, in our words. `words` are those of the whole command line. */
export function asUsageError(error: CommanderError, words: readonly string[] = []): AmbitError {
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  const file = error.code === 'commander.unknownCommand' ? words.find((word) => /\.[cm]?[jt]sx?$/.test(word)) : undefined;
  const hint = file === undefined ? 'See --help.' : `To run it: ambit run ${file}.`;
  return usageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, hint);
}
