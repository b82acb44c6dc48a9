import { resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { CATALOGUE } from '../errors/catalogue.ts';
import { findDirectories } from '../directories.ts';
import { EXIT } from './exit-code.ts';
import { runFlags, taskCommand } from './task-flags.ts';
import type { Invocation } from './invocation.ts';
import { loadForCommand } from './load-for-command.ts';
import type { Terminal } from './terminal.ts';
import { withRuns } from './with-runs.ts';

/** What may stand under the cursor. */
interface Candidate {
  readonly word: string;
  readonly what?: string;
}
type Candidates = readonly Candidate[] | 'files';

/** `ambit __complete WORD…`, for shells. What cannot be found out is not offered: an error would stand in the line that is written. */
export async function completeWords({ terminal, words, program }: Invocation): Promise<number> {
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? '';
  const candidates = await candidatesFor(before, begun, program, terminal).catch(() => []);
  if (candidates === 'files') terminal.out(':files');
  else
    for (const { word, what } of candidates)
      if (word.startsWith(begun)) terminal.out(what === undefined || what === '' ? word : `${word}\t${firstLine(what)}`);
  return EXIT.ok;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.trim();
}

async function candidatesFor(before: readonly string[], begun: string, program: Command, terminal: Terminal): Promise<Candidates> {
  const { command, operands, open } = understand(before, program);
  if (open) return valuesOf(open);
  const path = pathOf(command);
  if (path === 'run' && operands.length > 0) return ofRun(before.slice(before.indexOf('run') + 1), begun, terminal);
  if (begun.startsWith('-')) return flagsOf(command);
  if (command.commands.length > 0)
    return command.commands.filter(isShown).map((each) => ({ word: each.name(), what: each.summary() || each.description() }));
  const takesTargets = path === 'plan' || path === 'build';
  if (path === 'run' || (takesTargets && operands.length === 0)) return 'files';
  if (takesTargets) return targets(operands[0]!, terminal, 'all');
  if (path === 'init') return 'files';
  if (path.startsWith('runs ')) return operands.length === 0 ? runNames(terminal) : [];
  if (path === 'explain') return Object.entries(CATALOGUE).map(([word, { when }]) => ({ word, what: when }));
  return path === 'completion' ? ['bash', 'zsh', 'fish'].map((word) => ({ word })) : [];
}

interface Understood {
  readonly command: Command;
  /** Words that are neither a flag nor its value, behind the command. */
  readonly operands: readonly string[];
  /** A flag whose value is under the cursor. */
  readonly open?: Option;
}

function understand(words: readonly string[], program: Command): Understood {
  let command = program;
  const operands: string[] = [];
  let open: Option | undefined;
  for (const word of words) {
    if (open) {
      open = undefined;
      continue;
    }
    const child = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (child) command = child;
    else if (word.startsWith('-'))
      open = optionsOf(command).find(({ required, long, short }) => required && (word === long || word === short));
    else operands.push(word);
  }
  return { command, operands, ...(open && { open }) };
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}

function isShown(command: Command): boolean {
  return !command.name().startsWith('_');
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent?.options ?? [])];
}

function flagsOf({ options }: Command): readonly Candidate[] {
  return [
    ...options.filter(({ hidden }) => !hidden).map(({ long, short, description: what }) => ({ word: long ?? short ?? '', what })),
    help,
  ];
}

const help = { word: '--help', what: 'this help' };

function valuesOf({ argChoices, flags }: Option): Candidates {
  if (argChoices) return argChoices.map((word) => ({ word }));
  return /<(file|folder|input|directory)>/.test(flags) ? 'files' : choicesIn(flags);
}

/** Of an enum: its flag is `--model <small|large>`. */
function choicesIn(flags: string): readonly Candidate[] {
  const [, choices = ''] = /<(.*\|.*)>/.exec(flags) ?? [];
  return choices === '' ? [] : choices.split('|').map((word) => ({ word }));
}

/** Behind `ambit run`: FILE, the task, and its parameters. */
async function ofRun(words: readonly string[], begun: string, terminal: Terminal): Promise<Candidates> {
  const { operands, open: own } = understand(words, runFlags());
  const [file = '', target] = operands;
  if (own) return valuesOf(own);
  if (target === undefined && !begun.startsWith('-')) return targets(file, terminal, 'tasks');
  const project = await load(file, terminal);
  const exported = project.tasks.filter(({ exportedAs }) => exportedAs !== undefined);
  const task =
    target === undefined
      ? exported.length === 1
        ? exported[0]
        : undefined
      : project.tasks.find(({ definition, exportedAs }) => [definition.id, exportedAs, definition.name].includes(target));
  const command = task ? taskCommand(task, file) : runFlags();
  const { open } = understand(words, command);
  return open ? valuesOf(open) : begun.startsWith('-') || task ? flagsOf(command) : [];
}

async function targets(file: string, terminal: Terminal, which: 'tasks' | 'all'): Promise<readonly Candidate[]> {
  const { tasks, environments } = await load(file, terminal);
  const named = tasks.map(({ definition, exportedAs, description }) => ({
    word: exportedAs ?? definition.id,
    ...(description !== undefined && { what: description }),
  }));
  return which === 'tasks' ? named : [...named, ...environments.map(({ definition }) => ({ word: definition.name, what: 'environment' }))];
}

function load(file: string, terminal: Terminal): ReturnType<typeof loadForCommand> {
  return loadForCommand(file, findDirectories({ file: resolve(file) }).cache, terminal);
}

function runNames(terminal: Terminal): Promise<readonly Candidate[]> {
  return withRuns(terminal, async (runs) => {
    const names: Candidate[] = [{ word: '@last', what: 'the newest run' }];
    for await (const { run, task, status } of runs.list({ limit: 50 }, terminal.gone)) names.push({ word: run, what: `${task} ${status}` });
    return names;
  });
}
