import type { LoadedTask, Parameter } from '@ambit/bundler';
import { didYouMean } from '@ambit/core';
import { AmbitError, acceptInput } from '@ambit/plugin-api';
import { fromJson } from '../values/from-json.ts';
import { readInput } from './read-input.ts';
import { isRequired, written } from './task-flags.ts';
import type { TaskWords, Written } from './task-flags.ts';
import { spreadParameter, taskFlags } from './task-parameters.ts';
import type { TaskFlag } from './task-parameters.ts';
import { invalid, itemOf, jsonValue, writtenValue } from './written-value.ts';

type Named = Readonly<Record<string, unknown>>;

const listHint = 'Give a list of arguments, or write the function where the task is defined.';

/** The positional arguments that the flags or the input mean. */
export async function taskArguments(words: TaskWords, task: LoadedTask, input: string | undefined): Promise<readonly unknown[]> {
  const given = input === undefined ? undefined : await readInput(input);
  const args = Array.isArray(given) ? await listed(given, words, task) : await named(given, words, task);
  await acceptInput(task.definition.id, task.definition.schema ?? {}, args);
  return args;
}

async function listed(given: readonly unknown[], words: TaskWords, { parameters, definition }: LoadedTask): Promise<readonly unknown[]> {
  if (words.parameters.size > 0)
    throw invalid('--input', 'holds all arguments as a list, so no parameter can be given beside it', 'Leave one of them out.');
  if (parameters === undefined) return given.map((value, index) => fromJson(value, `input[${index}]`));
  const last = parameters.at(-1);
  if (given.length > parameters.length && !last?.rest)
    throw invalid(
      '--input',
      `holds ${given.length} arguments, and ${definition.id} takes ${parameters.length}`,
      `It takes: ${namesOf(parameters)}.`,
    );
  refuseMissing(parameters.filter((parameter, index) => index >= given.length && isRequired(parameter)).map(({ name }) => name));
  return Promise.all(
    given.map((value, index) => {
      const parameter = parameters[Math.min(index, parameters.length - 1)]!;
      return jsonValue(parameter.rest ? itemOf(parameter) : parameter, `input[${index}]`, value);
    }),
  );
}

async function named(given: unknown, words: TaskWords, task: LoadedTask): Promise<readonly unknown[]> {
  const { parameters = [], definition } = task;
  const spread = spreadParameter(task);
  const all = given === undefined ? {} : asObject(given);
  if (task.parameters === undefined && given !== undefined)
    throw invalid('--input', `is an object, and the names of the parameters of ${definition.id} cannot be read from its code`, listHint);
  if (spread) return fromFields(spread, isNamed(all, spread) ? asObject(all[spread.name]) : all, words, task);
  const [first] = parameters;
  // What a schema takes is one object, also where the code does not say its fields.
  const isWhole = given !== undefined && first !== undefined && definition.schema?.input !== undefined && !isNamed(all, first);
  const input = isWhole ? { [first.name]: all } : all;
  checkNames(input, parameters, task);
  const flags = taskFlags(task);
  const isGiven = ({ name }: Parameter): boolean => words.parameters.has(name) || Object.hasOwn(input, name);
  refuseMissing(parameters.filter((parameter) => isRequired(parameter) && !isGiven(parameter)).map((each) => flagOf(each, flags)));
  const args: unknown[] = [];
  for (const parameter of parameters) {
    const value = await valueOf(parameter, words.parameters.get(parameter.name), input, flags);
    if (parameter.rest) args.push(...((value as readonly unknown[] | undefined) ?? []));
    else args.push(value);
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

/** The one object that a task takes. */
async function fromFields(parameter: Parameter, input: Named, words: TaskWords, task: LoadedTask): Promise<readonly unknown[]> {
  const { fields = [] } = parameter;
  checkNames(input, fields, task);
  const flags = taskFlags(task);
  const isGiven = ({ name }: Parameter): boolean => words.parameters.has(name) || Object.hasOwn(input, name);
  const given = fields.filter(isGiven);
  if (given.length === 0 && !isRequired(parameter)) return [];
  refuseMissing(fields.filter((field) => isRequired(field) && !isGiven(field)).map((each) => flagOf(each, flags)));
  const entries = await Promise.all(
    given.map(async (field) => [field.name, await valueOf(field, words.parameters.get(field.name), input, flags)] as const),
  );
  return [Object.fromEntries(entries)];
}

/** `{"config": {…}}`, where a field could not be meant. */
function isNamed(input: Named, { name, fields = [] }: Parameter): boolean {
  return Object.keys(input).length === 1 && Object.hasOwn(input, name) && !fields.some((field) => field.name === name);
}

async function valueOf(parameter: Parameter, said: Written | undefined, input: Named, flags: readonly TaskFlag[]): Promise<unknown> {
  const flag = `--${nameOf(parameter, flags)}`;
  if (typeof said === 'boolean') return said;
  if (typeof said === 'string') return writtenValue(parameter, flag, said);
  if (said !== undefined) return Promise.all(said.map((each) => writtenValue(itemOf(parameter), flag, each)));
  if (!Object.hasOwn(input, parameter.name)) return undefined;
  const at = `input.${parameter.name}`;
  const json = input[parameter.name];
  if (!parameter.rest) return jsonValue(parameter, at, json);
  const items: readonly unknown[] = Array.isArray(json) ? json : [json];
  return Promise.all(items.map((each, index) => jsonValue(itemOf(parameter), `${at}[${index}]`, each)));
}

function nameOf({ name }: Parameter, flags: readonly TaskFlag[]): string {
  return flags.find(({ parameter }) => parameter.name === name)?.name ?? name;
}

function flagOf(parameter: Parameter, flags: readonly TaskFlag[]): string {
  return written(nameOf(parameter, flags), parameter);
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const [what, these] = missing.length === 1 ? ['A parameter has', 'it'] : ['Parameters have', 'them'];
  const names = missing.map((each) => each.split(' ')[0]!);
  throw new AmbitError('AMBIT_INPUT_MISSING', `${what} no value: ${names.join(', ')}.`, {
    hint: `Give ${these}: ${missing.join(' ')}`,
    facts: { parameters: names },
  });
}

function asObject(input: unknown): Named {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Named;
  throw invalid('--input', 'is neither a list nor an object', 'Give a list of arguments, or an object by parameter name.');
}

function checkNames(input: Named, parameters: readonly Parameter[], { definition }: LoadedTask): void {
  const known = parameters.map(({ name }) => name);
  for (const name of Object.keys(input)) {
    if (known.includes(name)) continue;
    const hint = known.length > 0 ? `It takes: ${known.join(', ')}.` : 'It takes none.';
    throw invalid('--input', `says ${name}, which is no parameter of ${definition.id}.${didYouMean(name, known)}`, hint);
  }
}

function namesOf(parameters: readonly Parameter[]): string {
  return parameters.length === 0 ? 'none' : parameters.map(({ name }) => name).join(', ');
}
