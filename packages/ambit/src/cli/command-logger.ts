import type { Logger } from '@ambit/plugin-api';
import type { Terminal } from './terminal.ts';

type Facts = Readonly<Record<string, unknown>>;

/** What plugins and the engine say beside a run: warnings always, the rest where it is asked for. */
export function commandLogger({ say, colors, flags }: Terminal): Logger {
  const isVerbose = flags.verbosity === 'verbose';
  const line = (level: string, message: string, given: object = {}): void => {
    const facts = given as Facts;
    say(`${level} ${message}`);
    if (typeof facts['hint'] === 'string') say(`    ${facts['hint']}`);
    if (isVerbose && Object.keys(facts).length > 0) say(colors.dim(`    ${JSON.stringify(facts)}`));
  };
  return {
    debug: (message, facts) => (isVerbose ? line(colors.dim('debug'), message, facts) : undefined),
    info: (message, facts) => (isVerbose ? line('info', message, facts) : undefined),
    warn: (message, facts) => (flags.verbosity === 'quiet' ? undefined : line(colors.yellow('warning'), message, facts)),
    error: (message, facts) => line(colors.red('error'), message, facts),
  };
}
