import { Option } from 'commander';
import type { Command } from 'commander';
import type { GlobalFlags } from './terminal.ts';

/** Flags that every command has. */
export function withGlobals(command: Command): Command {
  return command
    .option('-C <folder>', 'as if started in this folder')
    .option('--config <file>', 'the configuration; the nearest ambit.config.ts where left out')
    .option('-p, --profile <name>', 'a profile of the configuration')
    .option('--json', 'print one JSON document; --json=events a line per event')
    .addOption(new Option('--json-events').hideHelp())
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'only the result')
    .option('-v, --verbose', 'more about what goes on');
}

/** Flags that override where things are built and run. */
export function withPlacement(command: Command): Command {
  return command
    .option('--builder <name>', 'build all images with this builder')
    .option('--executor <name>', 'run all tasks with this executor');
}

/** What was said before the command's name and behind it; behind it wins. */
export function globalFlags(command: Command): GlobalFlags {
  const said = saidOptions(command);
  const text = (name: string): string | undefined => (typeof said[name] === 'string' ? said[name] : undefined);
  const [directory, config, profile] = [text('C'), text('config'), text('profile')];
  return {
    ...(directory !== undefined && { directory }),
    ...(config !== undefined && { config }),
    ...(profile !== undefined && { profile }),
    ...(said['jsonEvents'] === true ? { json: 'events' as const } : said['json'] === true ? { json: true } : {}),
    color: said['color'] !== false,
    verbosity: said['quiet'] === true ? 'quiet' : said['verbose'] === true ? 'verbose' : 'normal',
  };
}

function saidOptions(command: Command): Readonly<Record<string, unknown>> {
  const above = command.parent ? saidOptions(command.parent) : {};
  const own = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return { ...above, ...Object.fromEntries(own) };
}
