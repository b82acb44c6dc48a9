import { Command, CommanderError, Option } from 'commander';
import type { LoadedTask, Parameter } from '@ambit/bundler';
import { withGlobals, withPlacement } from './global-flags.ts';
import { asUsageError, examples } from './program.ts';

/** What stands behind FILE and TARGET: flags of Ambit, and parameters of the task by name, as they were written. */
export interface TaskWords {
  /** The command that understood them: its options are Ambit's own. */
  readonly command: Command;
  readonly parameters: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly input?: string;
}

const kebab = (name: string): string => name.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1-$2').toLowerCase();

/** Flags of `ambit run` alone, for the words before the task is known. */
export function runFlags(): Command {
  return withPlacement(withGlobals(new Command('ambit run')))
    .option('--input <input>', 'all arguments at once, as JSON: @file.json, or - for standard input')
    .option('--name <name>', 'the name of the run')
    .option('--tag <key=value>', 'a tag of the run; may be repeated', (value: string, before: string[] = []) => [...before, value]);
}

/** A task's parameter wins over a flag of Ambit with the same name. */
export function parseTaskWords(words: readonly string[], task: LoadedTask, usage: string): TaskWords {
  const parameters = new Map<string, string | boolean | readonly string[]>();
  const command = withParameters(new Command('ambit run'), task.parameters ?? [], parameters)
    .usage(usage)
    .description(task.description ?? task.definition.description ?? '')
    .addHelpText(
      'after',
      examples([`ambit run ${usage.split(' [')[0]} ${(task.parameters ?? []).map((each) => `--${kebab(each.name)} …`).join(' ')}`.trim()]),
    );
  const taken = new Set(command.options.flatMap((option) => [option.long, option.short]));
  for (const option of runFlags().options) if (!taken.has(option.long ?? '') && !taken.has(option.short ?? '')) command.addOption(option);
  command.exitOverride().configureOutput({ outputError: () => undefined });
  try {
    command.parse([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode !== 0) throw asUsageError(error);
    throw error;
  }
  const { input } = command.opts<{ input?: string }>();
  return { command, parameters, ...(input !== undefined && !parameters.has('input') && { input }) };
}

function withParameters(
  command: Command,
  parameters: readonly Parameter[],
  into: Map<string, string | boolean | readonly string[]>,
): Command {
  command.allowExcessArguments(false);
  for (const parameter of parameters) {
    const flags = kebab(parameter.name) === parameter.name ? `--${parameter.name}` : `--${parameter.name}, --${kebab(parameter.name)}`;
    if (parameter.kind === 'boolean') {
      command.addOption(new Option(flags, describe(parameter)));
      command.addOption(new Option(`--no-${kebab(parameter.name)}`).hideHelp());
      command.on(`option:${kebab(parameter.name)}`, () => into.set(parameter.name, true));
      command.on(`option:no-${kebab(parameter.name)}`, () => into.set(parameter.name, false));
      continue;
    }
    const option = new Option(`${flags} <${placeholder(parameter)}>`, describe(parameter)).argParser((value: string) => {
      into.set(parameter.name, take(parameter, value, into.get(parameter.name)));
      return value;
    });
    command.addOption(option);
  }
  return command;
}

function take(parameter: Parameter, value: string, before: string | boolean | readonly string[] | undefined): string | readonly string[] {
  if (parameter.kind === 'list' || parameter.rest) return [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
  if (before === undefined) return value;
  throw new CommanderError(2, 'ambit.repeated', `--${kebab(parameter.name)} is given twice, and takes one value`);
}

function placeholder({ kind, values }: Parameter): string {
  return kind === 'enum' && values ? values.join('|') : kind === 'untyped' ? 'value' : kind;
}

function describe({ description, default: value, optional, rest, kind }: Parameter): string {
  const notes = [
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(optional || rest || value !== undefined ? [] : ['required']),
    ...(rest || kind === 'list' ? ['may be repeated'] : []),
  ];
  return [description, notes.length > 0 ? `(${notes.join(', ')})` : ''].filter(Boolean).join(' ');
}
