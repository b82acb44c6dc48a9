import { Command, CommanderError, Option } from 'commander';
import type { LoadedTask, Parameter } from '@ambit/bundler';
import { didYouMean } from '@ambit/core';
import type { AmbitError } from '@ambit/plugin-api';
import { examples } from './examples.ts';
import { saidOptions, understandable, withRunFlags } from './global-flags.ts';
import type { Said } from './global-flags.ts';
import { quietly } from './quiet-command.ts';
import { taskFlags } from './task-parameters.ts';
import type { TaskFlag } from './task-parameters.ts';
import { asUsageError, usageError } from './usage-error.ts';
import { shown } from './written-value.ts';

/** What stands behind FILE and TARGET: flags of Ambit, and parameters of the task by name, as they were written. */
export interface TaskWords {
  /** Ambit's own. */
  readonly said: Said;
  readonly parameters: ReadonlyMap<string, Written>;
}

export type Written = string | boolean | readonly string[];

/** Its value is kept apart from Ambit's own, whatever it is called. */
class ParameterOption extends Option {
  override attributeName(): string {
    return `${parameterPrefix}${this.name()}`;
  }
}

const parameterPrefix = 'parameter ';

/** Flags of `ambit run` alone, for the words before the task is known. */
export function runFlags(): Command {
  return withRunFlags(new Command('ambit run'));
}

/** A task's parameter wins over a flag of Ambit with the same name. */
export function parseTaskWords(words: readonly string[], task: LoadedTask, usage: string): TaskWords {
  const parameters = new Map<string, Written>();
  const command = taskCommand(task, usage, parameters);
  const isJson = taskFlags(task).some(({ name, alias }) => name === 'json' || alias === 'json');
  try {
    command.parse(isJson ? [...words] : understandable(words), { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError && error.exitCode !== 0 ? wrongWords(error, task, usage, command) : error;
  }
  const own = Object.entries(saidOptions(command)).filter(([name]) => !name.startsWith(parameterPrefix));
  return { said: { ...Object.fromEntries(own), ...takeInput(task, parameters) }, parameters };
}

/** Kinds whose values begin with `@` or are `-` in no case: of a parameter called `input`, that is all arguments at once. */
const plainKinds: readonly Parameter['kind'][] = ['number', 'bigint', 'date', 'url', 'object', 'json'];

/** What `--input` says of all arguments although the task has a parameter of that name. */
function takeInput(task: LoadedTask, parameters: Map<string, Written>): Said {
  const flag = taskFlags(task).find(({ name }) => name === 'input');
  const [written, ...others] = flag ? [parameters.get(flag.parameter.name) ?? []].flat() : [];
  if (!flag || typeof written !== 'string' || others.length > 0 || !/^(@|-$)/.test(written)) return {};
  if (!plainKinds.includes(flag.parameter.of?.kind ?? flag.parameter.kind)) return {};
  parameters.delete(flag.parameter.name);
  return { input: written };
}

function wrongWords(error: CommanderError, { definition }: LoadedTask, usage: string, command: Command): AmbitError {
  const [, flag] = error.code === 'commander.unknownOption' ? (/'(-[^']*)'/.exec(error.message) ?? []) : [];
  const [word] = error.code === 'commander.excessArguments' ? command.args : [];
  const flags = command.options.filter(({ hidden }) => !hidden);
  const own = flags.filter((option) => option instanceof ParameterOption).flatMap(({ long }) => long ?? []);
  const hint = `${own.length > 0 ? `Its parameters: ${own.join(', ')}. ` : ''}See ambit run ${usage} --help.`;
  if (word !== undefined) return usageError(`${definition.id} takes its parameters as flags, and ${shown(word)} belongs to none.`, hint);
  if (flag === undefined) return asUsageError(error);
  const known = flags.flatMap(({ long }) => long ?? []);
  return usageError(`${definition.id} has no parameter ${flag}, and Ambit no such flag.${didYouMean(flag, known)}`, hint);
}

/** A task as a command: for parsing, for its help, and for completion. */
export function taskCommand(task: LoadedTask, usage: string, into: Map<string, Written> = new Map()): Command {
  const flags = taskFlags(task);
  const needed = flags.filter(({ parameter }) => isRequired(parameter)).map(({ name, parameter }) => ` ${written(name, parameter)}`);
  const command = new Command('ambit run')
    .usage(`${usage} [flags]`)
    .description(task.description ?? '')
    .allowExcessArguments(false)
    .optionsGroup('Parameters:')
    .addHelpText('after', examples([`ambit run ${usage}${needed.join('')}`]));
  quietly(command);
  if (flags.some(({ name }) => name === 'help')) command.helpOption('-h', 'this help');
  for (const flag of flags) addFlag(command, flag, into);
  return withFreeFlags(command);
}

/** Ambit's own flags, where the task has no parameter of that name. */
function withFreeFlags(command: Command): Command {
  const taken = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const option of runFlags().options)
    if (!(option.long && taken.has(option.long)) && !(option.short && taken.has(option.short)))
      command.addOption(option.helpGroup('Flags of Ambit:'));
  return command;
}

function addFlag(command: Command, flag: TaskFlag, into: Map<string, Written>): void {
  const { name, alias, negations, parameter } = flag;
  const names = alias === undefined ? `--${name}` : `--${alias}, --${name}`;
  if (parameter.kind !== 'boolean' || parameter.rest) {
    const option = new ParameterOption(`${names} <${placeholder(parameter)}>`, describe(parameter));
    command.addOption(option.argParser((value: string) => into.set(parameter.name, take(flag, value, into.get(parameter.name)))));
    return;
  }
  command.addOption(new ParameterOption(names, describe(parameter)));
  command.on(`option:${name}`, () => into.set(parameter.name, true));
  for (const negated of negations) {
    command.addOption(new ParameterOption(`--${negated}`).hideHelp());
    command.on(`option:${negated}`, () => into.set(parameter.name, false));
  }
}

function take({ name, parameter }: TaskFlag, value: string, before: Written | undefined): string | readonly string[] {
  if (parameter.kind === 'list' || parameter.rest) return [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
  if (before === undefined) return value;
  throw new CommanderError(2, 'ambit.repeated', `--${name} is given twice, and takes one value`);
}

export function isRequired({ optional, rest, default: value }: Parameter): boolean {
  return !optional && !rest && value === undefined;
}

/** `--n …`, as it stands in examples and hints. */
export function written(name: string, { kind }: Parameter): string {
  return kind === 'boolean' ? `--${name}` : `--${name} …`;
}

function placeholder({ kind, values, of }: Parameter): string {
  if (kind === 'list' && of) return placeholder({ ...of, name: '', optional: false, rest: false });
  if (kind === 'enum' && values) return values.join('|');
  return { untyped: 'value', object: 'json', list: 'value' }[kind as string] ?? kind;
}

function describe(parameter: Parameter): string {
  const { description, default: value, rest, kind } = parameter;
  const notes = [
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(isRequired(parameter) ? ['required'] : []),
    ...(rest || kind === 'list' ? ['may be repeated'] : []),
    ...(kind === 'boolean' && value === 'true' ? [`--no-… for false`] : []),
  ];
  return [description, notes.length > 0 ? `(${notes.join(', ')})` : ''].filter(Boolean).join(' ');
}
