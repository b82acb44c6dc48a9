import { Command, CommanderError } from 'commander';
import { changeDirectory } from './change-directory.ts';
import { describeCommands } from './commands.ts';
import { reportError, reportThrown } from './error-report.ts';
import { examples } from './examples.ts';
import { EXIT } from './exit-code.ts';
import { globalFlags, saidOptions, understandable, withGlobals } from './global-flags.ts';
import type { Act, Action, Invocation } from './invocation.ts';
import { quietly } from './quiet-command.ts';
import { openTerminal } from './terminal.ts';
import { asUsageError } from './usage-error.ts';

/** Understands a command line, does what it says, and gives the exit code. */
export async function runProgram(words: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = describeProgram(version, words, (act) => async (...args: unknown[]) => {
    const command = args.at(-1) as Command;
    const said = saidOptions(command);
    exitCode = await actOrReport(act, { terminal: openTerminal(globalFlags(said)), words: command.args, said, version, program });
  });
  try {
    await program.parseAsync(understandable(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportUsage(error, words);
  }
}

async function actOrReport(act: Act, invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  try {
    changeDirectory(terminal.flags.directory);
    return await act(invocation);
  } catch (error) {
    return reportThrown(error, terminal);
  }
}

function describeProgram(version: string, words: readonly string[], action: Action): Command {
  const program = withGlobals(new Command('ambit'))
    .description('Runs TypeScript workflows in which every task has its own environment.')
    .usage('COMMAND [flags]')
    .version(version, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      examples(['ambit init my-flow', 'ambit plan main.ts', 'ambit run main.ts main --sequence AAGG', 'ambit runs list']),
    );
  describeCommands(program, action, words);
  quietly(program);
  return program;
}

/** What commander had to say; help and versions went out already. */
function reportUsage(error: unknown, words: readonly string[]): number {
  const json = words.some((word) => word.startsWith('--json'));
  const terminal = openTerminal({ color: !words.includes('--no-color'), verbosity: 'normal', ...(json && { json }) });
  if (!(error instanceof CommanderError)) return reportError(error, terminal);
  if (error.exitCode === 0) return EXIT.ok;
  return error.code === 'commander.help' ? EXIT.usage : reportError(asUsageError(error, words), terminal);
}
