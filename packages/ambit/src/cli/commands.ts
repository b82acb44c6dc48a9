import { Option } from 'commander';
import type { Command } from 'commander';
import { examples } from './examples.ts';
import { withGlobals, withPlacement, withRunFlags } from './global-flags.ts';
import type { Action } from './invocation.ts';

// What a command does is loaded when it is asked for; few files are loaded sooner than many.
const main = async () => import('./main-commands.ts');
const others = async () => import('./other-commands.ts');

const commands = {
  init: describeInit,
  plan: describePlan,
  build: describeBuild,
  run: describeRun,
  runs: describeRuns,
  doctor: describeDoctor,
  explain: describeExplain,
  conform: describeConform,
  completion: describeCompletion,
} as const;

/** Describes all commands; where the words of a command line name some, those: describing takes time at each start. */
export function describeCommands(program: Command, action: Action, words: readonly string[] = []): void {
  const all = Object.entries(commands);
  const named = words.includes('help') || words[0]?.startsWith('_') ? [] : all.filter(([name]) => words.includes(name));
  for (const [, describe] of named.length > 0 ? named : all) describe(program, action);
}

function describeInit(program: Command, action: Action): void {
  withGlobals(program.command('init'))
    .summary('make a new project')
    .description('Makes a project of two environments and its unit test, which run at once.')
    .usage('[DIR] [flags]')
    .argument('[dir]', 'the folder; this one where left out')
    .option('-y, --yes', 'also where the folder is not empty; files that are there stay as they are')
    .addHelpText('after', examples(['ambit init my-flow', 'ambit init']))
    .action(action(async (invocation) => (await others()).initCommand(invocation)));
}

function describePlan(program: Command, action: Action): void {
  withPlacement(withGlobals(program.command('plan')))
    .summary('say what a run would need, and why')
    .description('Says which environments a target needs and why, which images that means, and what is wrong. Builds and starts nothing.')
    .usage('FILE [TARGET…] [flags]')
    .argument('<file>', 'the module that exports tasks or environments')
    .argument('[targets...]', 'tasks or environments; all that FILE exports where left out')
    .option('--why <name>', 'explain one environment: who requires it, and what decided')
    .addHelpText('after', examples(['ambit plan main.ts', 'ambit plan main.ts main --json', 'ambit plan main.ts main --why fold_env']))
    .action(action(async (invocation) => (await main()).planCommand(invocation)));
}

function describeBuild(program: Command, action: Action): void {
  withPlacement(withGlobals(program.command('build')))
    .summary('build the images that a run would need')
    .description('Builds the images that are not there, parents first. Runs nothing.')
    .usage('FILE [TARGET…] [flags]')
    .argument('<file>', 'the module that exports tasks or environments')
    .argument('[targets...]', 'tasks or environments; all that FILE exports where left out')
    .option('--force', 'build also what is there already')
    .addHelpText('after', examples(['ambit build main.ts', 'ambit build main.ts fold_env --json']))
    .action(action(async (invocation) => (await main()).buildCommand(invocation)));
}

function describeRun(program: Command, action: Action): void {
  withRunFlags(program.command('run'))
    .summary('run a task, each task in its own environment')
    .description('Runs a task: builds the images that are missing, and runs each task in its own environment.')
    .usage('FILE [TARGET] [flags and parameters of the task]')
    .argument('<file>', 'the module that exports the task')
    .argument('[words...]', 'the task (its id, exported or own name; the only exported one where left out), then flags')
    .passThroughOptions()
    .addHelpText(
      'after',
      examples(['ambit run main.ts main --sequence AAGG', 'ambit run main.ts main --input @input.json', 'ambit run main.ts main --help']),
    )
    .action(action(async (invocation) => (await main()).runCommand(invocation)));
}

function describeRuns(program: Command, action: Action): void {
  const runs = program
    .command('runs')
    .summary('look at runs, wait for them, cancel them')
    .description(
      'Looks at runs that are recorded. RUN is a name, the beginning of one, or @last, which is also meant where it is left out.',
    )
    .usage('COMMAND [RUN] [flags]')
    .addHelpText('after', examples(['ambit runs list --status failed', 'ambit runs show', 'ambit runs logs brave-otter -f']));
  withGlobals(runs.command('list'))
    .description('Lists runs, newest first.')
    .usage('[flags]')
    .option('--limit <count>', 'at most so many (default: 20)')
    .addOption(new Option('--status <status>', 'only those').choices(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']))
    .addHelpText('after', examples(['ambit runs list --status failed', 'ambit runs list --limit 5 --json']))
    .action(action(async (invocation) => (await others()).listRuns(invocation)));
  describeRunsOfOne(runs, action);
}

function describeRunsOfOne(runs: Command, action: Action): void {
  withGlobals(runs.command('show'))
    .description('Shows a run: its tasks, attempts, result and error.')
    .usage('[RUN] [flags]')
    .argument('[run]', 'the run')
    .addHelpText('after', examples(['ambit runs show', 'ambit runs show brave-otter --json']))
    .action(action(async (invocation) => (await others()).showRun(invocation)));
  withGlobals(runs.command('logs'))
    .description('Prints what the tasks of a run wrote.')
    .usage('[RUN] [flags]')
    .argument('[run]', 'the run')
    .option('--action <id>', 'only of this action, or the beginning of its id')
    .option('-f, --follow', 'go on until the run has ended')
    .addHelpText('after', examples(['ambit runs logs', 'ambit runs logs brave-otter -f', 'ambit runs logs @last --action 3f2a --json']))
    .action(action(async (invocation) => (await others()).printLogs(invocation)));
  withGlobals(runs.command('wait'))
    .description('Waits until a run has ended, prints its result, and exits as the run did.')
    .usage('[RUN] [flags]')
    .argument('[run]', 'the run')
    .addHelpText('after', examples(['ambit runs wait brave-otter', 'ambit runs wait --json']))
    .action(action(async (invocation) => (await others()).waitForRun(invocation)));
  withGlobals(runs.command('cancel'))
    .description('Asks the engine of a run to cancel it, and waits for the proof that all has stopped.')
    .usage('RUN [flags]')
    .argument('<run>', 'the run')
    .option('--reason <text>', 'why, for the record')
    .addHelpText('after', examples(['ambit runs cancel brave-otter', 'ambit runs cancel @last --json']))
    .action(action(async (invocation) => (await others()).cancelRun(invocation)));
}

function describeDoctor(program: Command, action: Action): void {
  withGlobals(program.command('doctor'))
    .summary('say what this machine offers, and what is wrong with it')
    .description('Looks at what Ambit uses of this machine, says what is missing or wrong, and how to mend it.')
    .usage('[flags]')
    .addHelpText('after', examples(['ambit doctor', 'ambit doctor --json']))
    .action(action(async (invocation) => (await others()).doctorCommand(invocation)));
}

function describeExplain(program: Command, action: Action): void {
  withGlobals(program.command('explain'))
    .summary('say what the code of an error means')
    .description('Says when an error occurs, and what to do about it.')
    .usage('CODE [flags]')
    .argument('<code>', 'the code that stands below an error')
    .addHelpText('after', examples(['ambit explain AMBIT_PLAN_CYCLE', 'ambit explain plan_cycle --json']))
    .action(action(async (invocation) => (await others()).explainCommand(invocation)));
}

function describeConform(program: Command, action: Action): void {
  withGlobals(program.command('conform'))
    .summary('check a plugin of your own against the contracts')
    .description('Runs every conformance clause on the plugin that a module exports, and says which it keeps.')
    .usage('FILE [flags]')
    .argument('<file>', 'the module; its default export is a plugin or a factory of one')
    .option(
      '--image <reference>',
      'for plugins of containers: what they build on and run in, with sh and wget; busybox:latest where left out',
    )
    .option('--out <file>', 'write the report there too, as JSON')
    .addHelpText(
      'after',
      examples(['ambit conform nice-executor.ts', 'ambit conform nice-executor.ts --json', 'ambit conform podman.ts --image alpine:3']),
    )
    .action(action(async (invocation) => (await import('./conform-command.ts')).conformCommand(invocation)));
}

function describeCompletion(program: Command, action: Action): void {
  program
    .command('completion')
    .summary('print what makes a shell complete commands, tasks and parameters')
    .description('Prints a script for a shell. It completes commands, flags, files, tasks, and the parameters of tasks.')
    .usage('SHELL')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examples([
        'echo \'eval "$(ambit completion bash)"\' >> ~/.bashrc',
        'echo \'eval "$(ambit completion zsh)"\' >> ~/.zshrc',
        'ambit completion fish > ~/.config/fish/completions/ambit.fish',
      ]),
    )
    .action(action(async (invocation) => (await others()).completionCommand(invocation)));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .passThroughOptions()
    .allowUnknownOption()
    .action(action(async (invocation) => (await others()).completeWords(invocation)));
}
