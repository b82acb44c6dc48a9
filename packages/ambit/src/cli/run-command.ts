import { resolve } from 'node:path';
import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import type { Planned, RunHandle } from '@ambit/engine';
import { encodeArgs } from '@ambit/worker/values';
import { findTask, onlyTask } from '../app/find-target.ts';
import { installFiles } from '../app/installed-files.ts';
import type { Workspace } from '../app/workspace.ts';
import { planScreen } from '../view/plan-screen.ts';
import { runView } from '../view/run-view.ts';
import type { RunView } from '../view/run-view.ts';
import { EXIT } from './exit-code.ts';
import { globalFlags } from './global-flags.ts';
import { interruptions } from './interruptions.ts';
import { openProject } from './open-project.ts';
import type { Invocation } from './program.ts';
import { reportRun } from './report-run.ts';
import { taskArguments } from './task-arguments.ts';
import { parseTaskWords, runFlags } from './task-flags.ts';
import type { TaskWords } from './task-flags.ts';
import { openTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { runTags } from './run-tags.ts';
import { splitWords } from './split-words.ts';

/** `ambit run FILE [TARGET] [flags]`. */
export async function runCommand({ words }: Invocation): Promise<number> {
  const [file = '', ...rest] = words;
  const split = splitWords(rest, runFlags());
  const before = openTerminal(globalFlags(split.flags));
  const workspace = await openProject(before, file, split.flags.opts());
  try {
    const project = await workspace.load(resolve(file));
    const task = split.target === undefined ? onlyTask(project) : findTask(project, split.target);
    const parsed = parseTaskWords(
      [...split.before, ...split.after],
      task,
      `${file} ${split.target ?? task.exportedAs ?? task.definition.name} [flags]`,
    );
    const terminal = openTerminal(globalFlags(parsed.command));
    return await runTask({ workspace, project, task, parsed, terminal });
  } finally {
    await workspace.app.dispose();
  }
}

interface Start {
  readonly workspace: Workspace;
  readonly project: LoadedProject;
  readonly task: LoadedTask;
  readonly parsed: TaskWords;
  readonly terminal: Terminal;
}

async function runTask({ workspace, project, task, parsed, terminal }: Start): Promise<number> {
  const { engine, objects } = workspace.app;
  const stop = interruptions(terminal);
  try {
    installFiles(objects);
    const args = encodeArgs(await taskArguments(parsed, task));
    const target = { environment: task.environment, task: task.definition.id };
    const planned = await engine.plan(project, [target], workspace.settings, stop.signal);
    if (planned.plan.diagnostics.some(({ severity }) => severity === 'error')) return await refuse(workspace, planned, terminal);
    const view = await runView(planned.plan, terminal);
    const { name, tag } = parsed.command.opts<{ name?: string; tag?: readonly string[] }>();
    const handle = await engine.run(planned, {
      task: task.definition.id,
      args,
      tags: runTags(tag),
      onEvent: view.take,
      ...(name !== undefined && { name }),
    });
    return await finish(workspace, handle, view, stop, terminal);
  } finally {
    stop.dispose();
  }
}

async function finish(
  workspace: Workspace,
  handle: RunHandle,
  view: RunView,
  stop: ReturnType<typeof interruptions>,
  terminal: Terminal,
): Promise<number> {
  stop.onInterrupt(() => void handle.cancel('it was interrupted at the terminal'));
  try {
    await handle.outcome();
  } finally {
    view.end();
  }
  return reportRun(workspace, handle.name, terminal);
}

async function refuse({ app }: Workspace, planned: Planned, terminal: Terminal): Promise<number> {
  const { plan } = planned;
  if (terminal.flags.json) {
    const error = plan.diagnostics.find(({ severity }) => severity === 'error');
    terminal.out(JSON.stringify({ version: 1, error, diagnostics: plan.diagnostics }));
  }
  terminal.say(planScreen(plan, await app.engine.status(planned, new AbortController().signal), terminal.colors));
  return EXIT.plan;
}
