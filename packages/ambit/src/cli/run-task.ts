import { access, constants } from 'node:fs/promises';
import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import type { Planned, RunHandle, RunOutcome } from '@ambit/engine';
import { decodeValue, encodeStored, outsourced, whole } from '@ambit/worker/values';
import { installFiles } from '../app/installed-files.ts';
import type { Workspace } from '../app/workspace.ts';
import { LiveWorkers } from '../record/live-workers.ts';
import { runView } from '../view/run-view.ts';
import { textOf } from './global-flags.ts';
import type { Said } from './global-flags.ts';
import { interruptions } from './interruptions.ts';
import type { Interruptions } from './interruptions.ts';
import { refusePlan, sayUnanswered } from './refuse-plan.ts';
import { reportRun } from './report-run.ts';
import { runTags } from './run-tags.ts';
import { checkOut, saveFiles } from './save-files.ts';
import { onStrayError } from './stray-errors.ts';
import { taskArguments } from './task-arguments.ts';
import type { TaskWords } from './task-flags.ts';
import type { Terminal } from './terminal.ts';

export interface TaskToRun {
  readonly workspace: Workspace;
  readonly file: string;
  readonly project: LoadedProject;
  readonly task: LoadedTask;
  readonly parsed: TaskWords;
  readonly said: Said;
  readonly terminal: Terminal;
}

/** Plans, runs, shows and reports one task. */
export async function runTask(wanted: TaskToRun): Promise<number> {
  const { workspace, project, task, parsed, said, terminal } = wanted;
  const { engine, objects, runs } = workspace.app;
  const stop = interruptions(terminal);
  try {
    const tags = runTags(said['tag'] as readonly string[] | undefined);
    const out = textOf(said, 'out');
    if (out !== undefined) await checkOut(out);
    installFiles(objects);
    const args = await outsourced(await encodeStored(await taskArguments(parsed, task, textOf(said, 'input')), 'args'), 'args');
    // Its thread starts while the plan is made; where nothing can be recorded, nothing is planned.
    await runs.open();
    await access(workspace.directories.state, constants.W_OK);
    await access(workspace.directories.cache, constants.W_OK);
    const target = { environment: task.environment, task: task.definition.id };
    const planned = await engine.plan(project, [target], workspace.settings, new AbortController().signal);
    const refused = refusePlan(planned.plan, `ambit plan ${wanted.file} ${task.definition.id}`, terminal);
    if (refused !== undefined) return refused;
    return await drive(wanted, planned, { args, tags }, stop);
  } finally {
    stop.dispose();
  }
}

async function drive(
  { workspace, task, said, terminal }: TaskToRun,
  planned: Planned,
  start: { readonly args: string; readonly tags: Readonly<Record<string, string>> },
  stop: Interruptions,
): Promise<number> {
  const view = await runView(planned.plan, terminal);
  const live = new LiveWorkers();
  const name = textOf(said, 'name');
  const started = workspace.app.engine.run(planned, {
    ...start,
    task: task.definition.id,
    ...(task.options && { options: task.options }),
    onEvent: (event) => {
      live.take(event);
      view.take(event);
    },
    ...(name !== undefined && { name }),
    ...(said['force'] === true && { force: true }),
  });
  const cancel = (reason: string): void => void started.then((handle) => handle.cancel(reason)).catch(() => undefined);
  let handle: RunHandle | undefined;
  stop.watch({
    cancel,
    leave: () => {
      view.end();
      return { alive: live.lines(), run: handle?.name };
    },
  });
  const strays: unknown[] = [];
  const undo = onStrayError((error) => {
    strays.push(error);
    cancel('code of the project threw outside of a task');
  });
  let outcome: RunOutcome;
  try {
    handle = await started;
    sayUnanswered(planned.plan, terminal);
    if (terminal.flags.verbosity !== 'quiet' && terminal.flags.json !== 'events') terminal.say(terminal.colors.dim(`run ${handle.name}`));
    outcome = await handle.outcome();
  } finally {
    view.end();
    undo();
  }
  if (strays.length > 0) throw strays[0];
  const out = textOf(said, 'out');
  if (out !== undefined && outcome.status === 'succeeded') await saveFiles(decodeValue(await whole(outcome.value)), out, terminal);
  const { name: run, startedAt } = handle;
  return reportRun(workspace.app.runs, { run, status: 'running', startedAt }, terminal, view.printed?.());
}
