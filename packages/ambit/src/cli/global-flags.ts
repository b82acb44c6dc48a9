import { Option } from 'commander';
import type { Command } from 'commander';
import type { Overrides } from '../config/plan-settings.ts';
import type { GlobalFlags } from './terminal.ts';

/** Options as they were said, by their names in code; none that were not. */
export type Said = Readonly<Record<string, unknown>>;

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
    .option('--executor <name>', 'run all tasks with this executor')
    .option('--push', 'push all images that builders of containers make, to the repository of the configuration');
}

/** Flags of `ambit run`, besides the parameters of the task. */
export function withRunFlags(command: Command): Command {
  return withPlacement(withGlobals(command))
    .option('--input <input>', 'all arguments at once, as JSON: @file.json, or - for standard input')
    .option('--force', 'build also what is there already')
    .option('--name <name>', 'the name of the run')
    .option('--tag <key=value>', 'a tag of the run; may be repeated', (value: string, before: string[] = []) => [...before, value]);
}

/** `--json=events` as commander can understand it: it would take the word behind a `--json [what]` for its value. */
export function understandable(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, index) => (word === '--json=events' && (end < 0 || index < end) ? '--json-events' : word));
}

/** The reverse: for words that are not Ambit's own, where a parameter of the task may be called `json`. */
export function asWritten(words: readonly string[]): string[] {
  return words.map((word) => (word === '--json-events' ? '--json=events' : word));
}

/** What was said before the command's name and behind it; behind it wins. */
export function saidOptions(command: Command): Said {
  const above = command.parent ? saidOptions(command.parent) : {};
  const own = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== 'default');
  return { ...above, ...Object.fromEntries(own) };
}

export function globalFlags(said: Said): GlobalFlags {
  const [directory, config, profile] = [textOf(said, 'C'), textOf(said, 'config'), textOf(said, 'profile')];
  return {
    ...(directory !== undefined && { directory }),
    ...(config !== undefined && { config }),
    ...(profile !== undefined && { profile }),
    ...(said['jsonEvents'] === true ? { json: 'events' as const } : said['json'] === true ? { json: true } : {}),
    color: said['color'] !== false,
    verbosity: said['quiet'] === true ? 'quiet' : said['verbose'] === true ? 'verbose' : 'normal',
  };
}

/** What overrides configuration and code. */
export function overridesOf(said: Said): Overrides {
  const [builder, executor, profile] = [textOf(said, 'builder'), textOf(said, 'executor'), textOf(said, 'profile')];
  return {
    ...(builder !== undefined && { builder }),
    ...(executor !== undefined && { executor }),
    ...(profile !== undefined && { profile }),
    ...(said['push'] === true && { push: true }),
  };
}

export function textOf(said: Said, name: string): string | undefined {
  const value = said[name];
  return typeof value === 'string' ? value : undefined;
}
