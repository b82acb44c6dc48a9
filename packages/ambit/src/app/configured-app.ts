import { resolve } from 'node:path';
import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import { definitionStack, environmentDefinition, taskFacts } from '@ambit/core';
import type { AnyEnvironment, AnyTask, Plan, PlanTarget } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { decodeArgs, encodeStored, outsourced } from '@ambit/worker/values';
import type { App, RunOptions } from './app.ts';
import { checkRunOptions } from './check-run-options.ts';
import type { SharedWorkspace } from './init-from-config.ts';
import { bringFiles, installFiles } from './installed-files.ts';
import { RunProgress } from './run-progress.ts';
import { runOf } from './run-handle.ts';
import type { Run } from './run.ts';
import { outermostFile } from './task-file.ts';
import type { Workspace } from './workspace.ts';

/** An app over a workspace that it opens when it is first used. */
export class ConfiguredApp implements App {
  readonly #shared: SharedWorkspace;
  readonly #options: RunOptions;

  constructor(shared: SharedWorkspace, options: RunOptions) {
    this.#shared = shared;
    this.#options = options;
  }

  with(options: RunOptions): App {
    return new ConfiguredApp(this.#shared, { ...this.#options, ...checkRunOptions(options) });
  }

  async run<R>(task: AnyTask, ...args: readonly unknown[]): Promise<Run<R>> {
    const { name, tags, signal = new AbortController().signal } = this.#options;
    const wanted = wantedOf(task);
    const workspace = await this.#shared.open(wanted.file);
    signal.throwIfAborted();
    installFiles(workspace.app.objects);
    await workspace.app.runs.open();
    const text = await encodeStored(args, 'args');
    if (text.includes('ambit://')) await bringFiles(decodeArgs(text), workspace.app.objects);
    const encoded = await outsourced(text, 'args');
    const { project, found } = await load(workspace, wanted, (loaded) =>
      loaded.tasks.find(({ definition }) => definition.id === wanted.id),
    );
    const { engine } = workspace.app;
    const target = { environment: found.environment, task: wanted.id };
    const planned = await engine.plan(project, [target], workspace.settings, signal);
    signal.throwIfAborted();
    const progress = new RunProgress();
    const overridden = taskFacts(task)?.options;
    const options = { ...(name !== undefined && { name }), ...(tags && { tags }), ...(overridden && { options: overridden }) };
    const handle = await engine.run(planned, { task: wanted.id, args: encoded, onEvent: (event) => progress.take(event), ...options });
    const cancel = (): void => void handle.cancel('its signal was aborted').catch(() => undefined);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const over = (): void => signal.removeEventListener('abort', cancel);
    handle.outcome().then(over, over);
    return runOf<R>(workspace, handle, progress);
  }

  async plan(...targets: (AnyEnvironment | AnyTask)[]): Promise<Plan> {
    const wanted = targets.map(wantedOf);
    const [first] = wanted;
    if (first === undefined)
      throw new AmbitError('AMBIT_TARGET_MISSING', 'A plan was asked for without a target.', {
        hint: 'Name a task or an environment: app.plan(main).',
      });
    const workspace = await this.#shared.open(first.file);
    const { project, found } = await load(workspace, first, (loaded) => planTargets(loaded, wanted));
    const { signal = new AbortController().signal } = this.#options;
    return (await workspace.app.engine.plan(project, found, workspace.settings, signal)).plan;
  }

  close(): Promise<void> {
    return this.#shared.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A task or environment of this program, and the file to load it from. */
interface Wanted {
  readonly kind: 'task' | 'environment';
  readonly id: string;
  readonly file: string;
}

function wantedOf(value: AnyEnvironment | AnyTask): Wanted {
  const task = taskFacts(value);
  const id = task?.id ?? environmentDefinition(value)?.name;
  if (id === undefined)
    throw new AmbitError('AMBIT_TARGET_UNKNOWN', 'What is to be run or planned is neither a task nor an environment of Ambit.', {
      hint: 'Hand over what env.task(…) returned, or what new TaskEnvironment(…) made.',
    });
  const stack = definitionStack(value);
  const definedIn = stack === undefined ? undefined : outermostFile(stack);
  return { kind: task ? 'task' : 'environment', id, file: definedIn ?? resolve(process.argv[1] ?? '') };
}

/** Loads the file that defines what is wanted, and finds it there. */
async function load<T>(
  workspace: Workspace,
  { kind, id, file }: Wanted,
  find: (project: LoadedProject) => T | undefined,
): Promise<{ readonly project: LoadedProject; readonly found: T }> {
  const project = await workspace.load(file);
  const found = find(project);
  if (found !== undefined) return { project, found };
  throw new AmbitError(
    'AMBIT_TASK_NOT_FOUND',
    `The ${kind} ${id} is not among what ${file} exports, nor reached from there by dependsOn.`,
    {
      hint: `Export it from ${file}, where it was defined.`,
      facts: { [kind]: id, file },
    },
  );
}

/** All of them, or none. */
function planTargets(project: LoadedProject, wanted: readonly Wanted[]): readonly PlanTarget[] | undefined {
  const found = wanted.flatMap(({ kind, id }): readonly PlanTarget[] => {
    const task = kind === 'task' ? project.tasks.find(({ definition }: LoadedTask) => definition.id === id) : undefined;
    if (task) return [{ environment: task.environment, task: id }];
    const environment = kind === 'environment' ? project.environments.find(({ definition }) => definition.name === id) : undefined;
    return environment ? [{ environment: environment.definition }] : [];
  });
  return found.length === wanted.length ? found : undefined;
}
