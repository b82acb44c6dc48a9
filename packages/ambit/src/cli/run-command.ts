import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import { findTask, onlyTask } from '../app/find-target.ts';
import { findDirectories } from '../directories.ts';
import { taskList } from '../view/task-list.ts';
import { changeDirectory } from './change-directory.ts';
import { reportThrown } from './error-report.ts';
import { EXIT } from './exit-code.ts';
import { asWritten, globalFlags, overridesOf } from './global-flags.ts';
import type { Said } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { loadForCommand } from './load-for-command.ts';
import { openProject } from './open-project.ts';
import { runTask } from './run-task.ts';
import { splitWords } from './split-words.ts';
import { parseTaskWords, runFlags } from './task-flags.ts';
import { openTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** `ambit run FILE [TARGET] [flags]`. */
export async function runCommand({ words, said: before }: Invocation): Promise<number> {
  const [file = '', ...rest] = words;
  const split = splitWords(asWritten(rest), runFlags());
  let terminal = openTerminal(globalFlags({ ...before, ...split.said }));
  try {
    const { C: directory } = split.said;
    if (typeof directory === 'string') changeDirectory(directory);
    const project = await loadForCommand(file, findDirectories({ file }).cache, terminal);
    if (split.target === undefined && asksForHelp(split.words) && project.tasks.length > 1) {
      terminal.out(taskList(project, file, terminal.outColors));
      return EXIT.ok;
    }
    const task = split.target === undefined ? onlyTask(project) : findTask(project, split.target);
    const usage = `${file} ${split.target ?? task.exportedAs ?? task.definition.name}`;
    const parsed = parseTaskWords(split.words, task, usage);
    const said = { ...before, ...split.before, ...parsed.said };
    terminal = openTerminal(globalFlags(said));
    return await open({ file, project, task, said, terminal, parsed });
  } catch (error) {
    return reportThrown(error, terminal);
  }
}

function asksForHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h');
}

interface Wanted {
  readonly file: string;
  readonly project: LoadedProject;
  readonly task: LoadedTask;
  readonly said: Said;
  readonly terminal: Terminal;
  readonly parsed: ReturnType<typeof parseTaskWords>;
}

async function open({ file, terminal, said, ...wanted }: Wanted): Promise<number> {
  const workspace = await openProject(terminal, file, overridesOf(said));
  try {
    return await runTask({ ...wanted, file, terminal, said, workspace });
  } finally {
    await workspace.app.dispose();
  }
}
