import { checkTexts, definitionError, optionError } from '@ambit/plugin-api';
import type { AmbitError, Owner } from '@ambit/plugin-api';

interface List {
  /** How messages call the arguments. */
  readonly option: string;
  readonly expected: string;
  readonly example: string;
  /** What each of them looks like. */
  readonly shape: RegExp;
}

const apt: List = {
  option: 'packages',
  expected: 'one package per argument',
  example: `withAptPackages('git', 'curl')`,
  shape: /^[^\s-]\S*$/,
};
const npm: List = {
  option: 'specs',
  expected: 'one package per argument',
  example: `withNpmPackages('nanoid@5.1.6', 'left-pad')`,
  shape: /^(?:[^\s-]\S*|@?[^\s@-][^\s@]*@[^\r\n@]+)$/,
};
const pip: List = {
  option: 'specs',
  expected: 'one package per argument, and options last',
  example: `withPipPackages('numpy>=2,<3', 'torch', { indexUrl: 'https://pypi.org/simple' })`,
  shape: /^(?![\w.-]+\s+\w)[^\s-][^\r\n]*$/,
};
const commands: List = {
  option: 'commands',
  expected: 'shell scripts, each as an argument of its own',
  example: `withCommands('make', 'make install')`,
  shape: /\S/,
};
const lists = { apt, npm, pip, commands };

/** Instructions of a Dockerfile, which no shell knows, and what to write instead. */
const instructions: Readonly<Record<string, string>> = {
  RUN: 'Leave out RUN: each string is a shell script of its own.',
  COPY: 'Use withSource(from, to).',
  ADD: 'Use withSource(from, to).',
  ENV: 'Use withEnv({ NAME: value }).',
  WORKDIR: 'Use withWorkdir(directory).',
  USER: 'Use withUser(name).',
  FROM: 'Use Image.fromBase(reference).',
};

function refused(owner: Owner, option: string, got: string, expected: string, hint: string): AmbitError {
  return definitionError('AMBIT_DEFINE_OPTION', `${owner.title}: ${option} is ${got}; expected ${expected}.`, hint, {
    ...owner.facts,
    option,
    expected,
    got,
  });
}

/** Each argument of its own, at least one: an array in their place is a spread that was forgotten. */
export function checkList(owner: Owner, kind: keyof typeof lists, values: readonly unknown[]): readonly string[] {
  const { option, expected, example, shape } = lists[kind];
  const call = owner.facts.call ?? owner.title;
  if (values.length === 0) throw refused(owner, option, 'empty', expected, `Write it like this: ${example}; or leave the call out.`);
  const array = values.findIndex((value) => Array.isArray(value));
  if (array >= 0) throw refused(owner, `${option}[${array}]`, 'an array', expected, `Spread it: ${call}(...${option}).`);
  const texts = checkTexts(owner, option, values, { expected, example });
  const wrong = texts.findIndex((text) => !shape.test(text));
  if (wrong >= 0) throw optionError(owner, `${option}[${wrong}]`, { expected, example }, texts[wrong]);
  return texts;
}

export function checkCommands(owner: Owner, values: readonly unknown[]): readonly string[] {
  const scripts = checkList(owner, 'commands', values);
  for (const [index, script] of scripts.entries()) {
    const [, word = ''] = /^\s*([A-Z]+)\s/.exec(script) ?? [];
    const instead = Object.hasOwn(instructions, word) ? instructions[word] : undefined;
    if (instead !== undefined)
      throw refused(owner, `commands[${index}]`, `${word}, an instruction of a Dockerfile`, 'a shell script', instead);
  }
  return scripts;
}
