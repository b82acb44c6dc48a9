import type { Parameter } from '@ambit/bundler';
import { didYouMean } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { Directory, File } from '@ambit/worker/runtime';
import { fromJson } from '../values/from-json.ts';
import { inputDirectory, inputFile } from './input-file.ts';

/** What a word behind a flag means for its parameter. */
export async function writtenValue(parameter: Parameter, flag: string, text: string): Promise<unknown> {
  switch (parameter.kind) {
    case 'string':
      return text;
    case 'number':
      return numberOf(flag, text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid(flag, `is ${shown(text)}`, 'Write true or false.');
      return text === 'true';
    case 'bigint':
      if (!/^-?\d+$/.test(text)) throw invalid(flag, `is ${shown(text)}, which is no whole number`, 'Write digits.');
      return BigInt(text);
    case 'date':
      return dateOf(flag, text);
    case 'url':
      return urlOf(flag, text);
    case 'file':
      return inputFile(flag, text);
    case 'enum':
      return choiceOf(parameter, flag, text);
    case 'untyped':
      return looseJson(text);
    case 'directory':
      return inputDirectory(flag, text);
    case 'list':
    case 'object':
    case 'json':
      return fromJson(jsonOf(flag, text), flag);
  }
}

/** What a part of the JSON of all arguments means for its parameter: some kinds have no form of their own in JSON. */
export async function jsonValue(parameter: Parameter, at: string, json: unknown): Promise<unknown> {
  const isText = typeof json === 'string' && ['bigint', 'date', 'url', 'file', 'directory'].includes(parameter.kind);
  if (isText) return writtenValue(parameter, at, json);
  if (parameter.kind === 'list' && Array.isArray(json) && parameter.of) {
    const item = itemOf(parameter);
    return Promise.all(json.map((each, index) => jsonValue(item, `${at}[${index}]`, each)));
  }
  const value = fromJson(json, at);
  checkKind(parameter, at, value);
  return value;
}

/** What one of the values of a repeated flag is. */
export function itemOf(parameter: Parameter): Parameter {
  const item = parameter.of ?? { ...parameter, kind: parameter.kind === 'list' ? 'untyped' : parameter.kind };
  return { ...item, name: parameter.name, optional: true, rest: false };
}

function checkKind({ kind, optional, values }: Parameter, at: string, value: unknown): void {
  if (value === null || (value === undefined && optional)) return;
  const isWrong =
    (['string', 'number', 'boolean'].includes(kind) && typeof value !== kind) ||
    (kind === 'url' && !(value instanceof URL)) ||
    (kind === 'file' && !(value instanceof File)) ||
    (kind === 'directory' && !(value instanceof Directory)) ||
    (kind === 'enum' && !values?.includes(value as string)) ||
    (kind === 'list' && !Array.isArray(value) && !(value instanceof Set));
  const wanted = kind === 'enum' ? (values ?? []).join(', ') : `a ${kind}`;
  if (isWrong) throw invalid(at, `is ${shown(JSON.stringify(value) ?? typeof value)}, and the task takes ${wanted}`, 'Correct the input.');
}

function numberOf(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && !Number.isNaN(value)) return value;
  throw invalid(flag, `is ${shown(text)}, which is no number`, 'Write digits, such as 42 or 1.5.');
}

function dateOf(flag: string, text: string): Date {
  const value = new Date(text);
  if (/^[+-]?\d{4,6}-\d\d/.test(text) && !Number.isNaN(value.getTime())) return value;
  throw invalid(flag, `is ${shown(text)}, which is no date`, 'Write it as in 2026-01-31 or 2026-01-31T12:00:00Z.');
}

function urlOf(flag: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw invalid(flag, `is ${shown(text)}, which is no whole URL`, 'Write it with its scheme, such as https://example.org/data.');
}

function choiceOf({ values = [] }: Parameter, flag: string, text: string): unknown {
  const found = values.find((value) => String(value) === text);
  if (found !== undefined) return found;
  throw invalid(flag, `is ${shown(text)}.${didYouMean(text, values.map(String))}`, `Use one of: ${values.join(', ')}.`);
}

function looseJson(text: string): unknown {
  try {
    return fromJson(JSON.parse(text), 'value');
  } catch {
    return text;
  }
}

export function jsonOf(flag: string, text: string, hint = `Quote it for the shell: ${flag} '{"a": 1}'.`): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(flag, `is no JSON: ${(error as Error).message}`, hint);
  }
}

/** A value in a message: not longer than it has to be. */
export function shown(text: string): string {
  return text === '' ? 'empty' : text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function invalid(what: string, why: string, hint: string): AmbitError {
  return new AmbitError('AMBIT_INPUT_INVALID', `${what} ${why}${/[.?]$/.test(why) ? '' : '.'}`, { hint, facts: { what } });
}
