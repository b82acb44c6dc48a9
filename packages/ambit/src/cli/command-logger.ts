import type { Logger } from '@ambit/plugin-api';
import type { Terminal } from './terminal.ts';

/** What plugins and the engine say beside a run: warnings always, the rest where it is asked for. */
export function commandLogger({ say, colors, flags }: Terminal): Logger {
  const line = (level: string, message: string, facts?: object): void =>
    say(`${level} ${message}${facts && Object.keys(facts).length > 0 ? colors.dim(` ${JSON.stringify(facts)}`) : ''}`);
  const isVerbose = flags.verbosity === 'verbose';
  return {
    debug: (message, facts) => (isVerbose ? line(colors.dim('debug'), message, facts) : undefined),
    info: (message, facts) => (isVerbose ? line('info', message, facts) : undefined),
    warn: (message, facts) => (flags.verbosity === 'quiet' ? undefined : line(colors.yellow('warning'), message, facts)),
    error: (message, facts) => line(colors.red('error'), message, facts),
  };
}
