import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { LoadedTask, Parameter } from '@ambit/bundler';
import { didYouMean } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { fromJson } from '../values/from-json.ts';
import { inputFile } from './input-file.ts';
import type { TaskWords } from './task-flags.ts';

/** The positional arguments that the flags or the input mean. */
export async function taskArguments(words: TaskWords, task: LoadedTask): Promise<readonly unknown[]> {
  const given = words.input === undefined ? undefined : await readInput(words.input);
  if (Array.isArray(given)) {
    if (words.parameters.size > 0)
      throw invalid('--input', 'holds all arguments as a list, so no parameter can be given beside it', 'Leave one of them out.');
    return given.map((value, index) => fromJson(value, `input[${index}]`));
  }
  const named = given === undefined ? {} : asObject(given);
  const { parameters = [] } = task;
  checkNames(Object.keys(named), parameters, task);
  const args: unknown[] = [];
  for (const parameter of parameters) {
    const value = await argumentOf(parameter, words, named);
    if (parameter.rest) args.push(...(value as readonly unknown[]));
    else args.push(value);
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

async function argumentOf(parameter: Parameter, words: TaskWords, named: Readonly<Record<string, unknown>>): Promise<unknown> {
  const written = words.parameters.get(parameter.name);
  if (written !== undefined) {
    if (Array.isArray(written)) return Promise.all((written as readonly string[]).map((each) => valueOf(itemOf(parameter), each)));
    return typeof written === 'boolean' ? written : valueOf(parameter, written as string);
  }
  if (Object.hasOwn(named, parameter.name)) {
    const value = fromJson(named[parameter.name], `input.${parameter.name}`);
    return parameter.rest && !Array.isArray(value) ? [value] : value;
  }
  if (parameter.rest) return [];
  if (parameter.optional || parameter.default !== undefined) return undefined;
  throw new AmbitError('AMBIT_INPUT_MISSING', `The parameter ${parameter.name} has no value.`, {
    hint: `Give it: --${parameter.name} ${parameter.kind === 'boolean' ? '' : '…'}`.trim(),
    facts: { parameter: parameter.name },
  });
}

/** What one of the values of a repeated flag is. */
function itemOf(parameter: Parameter): Parameter {
  const item = parameter.of ?? { ...parameter, kind: parameter.kind === 'list' ? 'untyped' : parameter.kind };
  return { ...item, name: parameter.name, optional: true, rest: false };
}

async function valueOf(parameter: Parameter, written: string): Promise<unknown> {
  const flag = `--${parameter.name}`;
  switch (parameter.kind) {
    case 'string':
      return written;
    case 'number':
      return numberOf(flag, written);
    case 'boolean':
      if (written !== 'true' && written !== 'false') throw invalid(flag, `is ${written}`, 'Write true or false.');
      return written === 'true';
    case 'bigint':
      if (!/^-?\d+$/.test(written)) throw invalid(flag, `is ${written}, which is no whole number`, 'Write digits.');
      return BigInt(written);
    case 'date':
      return dateOf(flag, written);
    case 'file':
      return inputFile(flag, written);
    case 'enum':
      return choiceOf(parameter, flag, written);
    case 'untyped':
      return looseJson(written);
    case 'directory':
      throw invalid(flag, 'is a directory, and those cannot be given yet', 'Give a file.');
    case 'list':
    case 'object':
    case 'json':
      return fromJson(jsonOf(flag, written), parameter.name);
  }
}

function numberOf(flag: string, written: string): number {
  const value = Number(written);
  if (written.trim() !== '' && !Number.isNaN(value)) return value;
  throw invalid(flag, `is ${written}, which is no number`, 'Write digits, such as 42 or 1.5.');
}

function dateOf(flag: string, written: string): Date {
  const value = new Date(written);
  if (/^\d{4}-\d\d/.test(written) && !Number.isNaN(value.getTime())) return value;
  throw invalid(flag, `is ${written}, which is no date`, 'Write it as in 2026-01-31 or 2026-01-31T12:00:00Z.');
}

function choiceOf({ values = [] }: Parameter, flag: string, written: string): unknown {
  const found = values.find((value) => String(value) === written);
  if (found !== undefined) return found;
  throw invalid(flag, `is ${written}.${didYouMean(written, values.map(String))}`, `Use one of: ${values.join(', ')}.`);
}

function looseJson(written: string): unknown {
  try {
    return fromJson(JSON.parse(written), 'value');
  } catch {
    return written;
  }
}

function jsonOf(flag: string, written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw invalid(flag, `is no JSON: ${(error as Error).message}`, `Quote it for the shell: ${flag} '{"a": 1}'.`);
  }
}

async function readInput(input: string): Promise<unknown> {
  if (input !== '-' && !input.startsWith('@')) throw invalid('--input', `is ${input}`, 'Write @file.json, or - for standard input.');
  const content = await (input === '-' ? text(process.stdin) : readFile(input.slice(1), 'utf8')).catch((error: unknown) => {
    throw invalid('--input', `cannot be read: ${(error as Error).message}`, 'Correct the path.');
  });
  return jsonOf('--input', content);
}

function asObject(input: unknown): Readonly<Record<string, unknown>> {
  if (typeof input === 'object' && input !== null) return input as Record<string, unknown>;
  throw invalid('--input', 'is neither a list nor an object', 'Give a list of arguments, or an object by parameter name.');
}

function checkNames(names: readonly string[], parameters: readonly Parameter[], task: LoadedTask): void {
  const known = parameters.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint = known.length > 0 ? `It takes: ${known.join(', ')}.` : 'It takes none.';
    throw invalid('--input', `says ${name}, which is no parameter of ${task.definition.id}.${didYouMean(name, known)}`, hint);
  }
}

function invalid(what: string, why: string, hint: string): AmbitError {
  return new AmbitError('AMBIT_INPUT_INVALID', `${what} ${why}${/[.?]$/.test(why) ? '' : '.'}`, { hint, facts: { what } });
}
