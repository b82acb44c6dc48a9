import { Command, CommanderError, Option } from 'commander';
import { reportError } from './error-report.ts';
import { EXIT } from './exit-code.ts';
import { globalFlags, withGlobals, withPlacement } from './global-flags.ts';
import { openTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { usageError } from './usage-error.ts';

/** What a command is given: where to write, its words behind its own name, and its options. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

type Do = (invocation: Invocation) => Promise<number>;
type Action = (command: Do) => (...args: unknown[]) => Promise<void>;

/** Understands a command line, does what it says, and sets the exit code. */
export async function runProgram(words: readonly string[], version: string): Promise<void> {
  process.exitCode = await exitCodeOfProgram(words, version);
}

async function exitCodeOfProgram(words: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.ok;
  const action: Action =
    (command) =>
    async (...args) => {
      const current = args.at(-1) as Command;
      const terminal = openTerminal(globalFlags(current));
      try {
        if (terminal.flags.directory !== undefined) changeDirectory(terminal.flags.directory);
        exitCode = await command({ terminal, words: current.args, options: current.opts() });
      } catch (error) {
        exitCode = reportError(error, terminal);
      }
    };
  const program = describeProgram(version, action);
  // commander would take the word behind a `--json [what]` for its value.
  const understood = words.map((word) => (word === '--json=events' ? '--json-events' : word));
  try {
    await program.parseAsync(understood, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportUsage(error, words);
  }
}

function describeProgram(version: string, action: Action): Command {
  const program = withGlobals(new Command('ambit'))
    .description('Runs TypeScript workflows in which every task has its own environment.')
    .version(version, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .addHelpText('after', examples(['ambit plan main.ts', 'ambit run main.ts main --sequence AAGG', 'ambit runs list']));
  describeRun(program, action);
  describePlan(program, action);
  describeRuns(program, action);
  quietly(program);
  return program;
}

/** Wrong uses are told in our way, and nothing ends the process. */
function quietly(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  command.commands.forEach(quietly);
}

function describeRun(program: Command, action: Action): void {
  program
    .command('run')
    .summary('run a task, each task in its own environment')
    .description('Runs a task: builds the images that are missing, and runs each task in its own environment.')
    .usage('FILE [TARGET] [flags of Ambit and parameters of the task]')
    .argument('<file>', 'the module that exports the task')
    .argument('[words...]', 'the task (its id, exported or own name; the only exported one where left out), then flags')
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      'after',
      examples(['ambit run main.ts main --sequence AAGG', 'ambit run main.ts main --input @input.json', 'ambit run main.ts main --help']),
    )
    .action(action(async (invocation) => (await import('./run-command.ts')).runCommand(invocation)));
}

function describePlan(program: Command, action: Action): void {
  withPlacement(withGlobals(program.command('plan')))
    .summary('say what a run would need, and why')
    .description('Says which environments a target needs and why, which images that means, and what is wrong. Builds and starts nothing.')
    .argument('<file>', 'the module that exports tasks or environments')
    .argument('[targets...]', 'tasks or environments; all that FILE exports where left out')
    .option('--why <name>', 'explain one environment: who requires it, and what decided')
    .addHelpText('after', examples(['ambit plan main.ts', 'ambit plan main.ts main --json', 'ambit plan main.ts main --why fold_env']))
    .action(action(async (invocation) => (await import('./plan-command.ts')).planCommand(invocation)));
}

function describeRuns(program: Command, action: Action): void {
  const runs = program.command('runs').description('Looks at runs that were recorded. A run is named by its beginning, or @last.');
  withGlobals(runs.command('list'))
    .description('Lists runs, newest first.')
    .option('--limit <count>', 'at most so many', '20')
    .addOption(new Option('--status <status>', 'only those').choices(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']))
    .action(action(async (invocation) => (await import('./runs-list.ts')).listRuns(invocation)));
  withGlobals(runs.command('show'))
    .description('Shows a run: its tasks, attempts, result and error.')
    .argument('[run]', 'the run (default: @last)')
    .action(action(async (invocation) => (await import('./runs-show.ts')).showRun(invocation)));
  withGlobals(runs.command('logs'))
    .description('Prints what the tasks of a run wrote.')
    .argument('[run]', 'the run (default: @last)')
    .option('--action <id>', 'only of this action')
    .option('-f, --follow', 'go on until the run has ended')
    .action(action(async (invocation) => (await import('./runs-logs.ts')).printLogs(invocation)));
}

function changeDirectory(directory: string): void {
  try {
    process.chdir(directory);
  } catch {
    throw usageError(`-C names ${directory}, and there is no such folder.`, 'Correct the path.');
  }
}

export function examples(commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  ${command}`).join('\n')}`;
}

/** What commander had to say; help and versions went out already. */
function reportUsage(error: unknown, words: readonly string[]): number {
  const json = words.some((word) => word.startsWith('--json'));
  const terminal = openTerminal({ color: !words.includes('--no-color'), verbosity: 'normal', ...(json && { json }) });
  if (!(error instanceof CommanderError)) return reportError(error, terminal);
  if (error.exitCode === 0) return EXIT.ok;
  if (error.code === 'commander.help') return EXIT.usage;
  return reportError(asUsageError(error), terminal);
}

export function asUsageError(error: CommanderError): Error {
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return usageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, 'See --help.');
}
