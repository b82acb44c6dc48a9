import { resolve } from 'node:path';
import type { LoadedProject } from '@ambit/bundler';
import { definitionStack, environmentDefinition, taskFacts } from '@ambit/core';
import type { AnyEnvironment, AnyTask, Plan, PlanTarget } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { encodeArgs } from '@ambit/worker/values';
import type { AnyConfig } from '../config/config.ts';
import type { App, RunOptions } from './app.ts';
import { findTarget, findTask, planTarget } from './find-target.ts';
import { isLoading } from './is-main.ts';
import { runOf } from './run-handle.ts';
import type { Run } from './run.ts';
import { installFiles } from './installed-files.ts';
import { quietLogger } from './quiet-logger.ts';
import { outermostFile } from './task-file.ts';
import { openWorkspace } from './workspace.ts';
import type { Workspace } from './workspace.ts';

export interface InitOptions {
  /** A file's path, or the configuration itself; looked for from the task's file upwards where left out. */
  readonly config?: string | AnyConfig;
  readonly profile?: string;
}

/** An app by the project's configuration. Nothing is opened before its first use. */
export async function initFromConfig(options: InitOptions = {}): Promise<App> {
  return new ConfiguredApp(new Opened(options), {});
}

/** What apps that differ in their options share. */
class Opened {
  readonly #options: InitOptions;
  #workspace: Promise<Workspace> | undefined;
  #isClosed = false;

  constructor(options: InitOptions) {
    this.#options = options;
  }

  async workspace(file: string): Promise<Workspace> {
    if (isLoading())
      throw new AmbitError('AMBIT_LOAD_RUN_WHILE_LOADING', 'A run or plan was asked for while the file that defines it was being loaded.', {
        hint: 'Guard it: if (isMain(import.meta)) { … }.',
      });
    if (this.#isClosed)
      throw new AmbitError('AMBIT_APP_CLOSED', 'The app was closed, and then used.', { hint: 'Call initFromConfig() again.' });
    const { config, profile } = this.#options;
    this.#workspace ??= openWorkspace({
      file,
      overrides: profile === undefined ? {} : { profile },
      log: quietLogger,
      ...(config !== undefined && { config }),
    });
    return this.#workspace;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const workspace = await this.#workspace?.catch(() => undefined);
    await workspace?.app.dispose();
  }
}

class ConfiguredApp implements App {
  readonly #opened: Opened;
  readonly #options: RunOptions;

  constructor(opened: Opened, options: RunOptions) {
    this.#opened = opened;
    this.#options = options;
  }

  with(options: RunOptions): App {
    return new ConfiguredApp(this.#opened, { ...this.#options, ...options });
  }

  async run<R>(task: AnyTask, ...args: readonly unknown[]): Promise<Run<R>> {
    const { id, file } = definitionOf(task);
    const workspace = await this.#opened.workspace(file);
    installFiles(workspace.app.objects);
    const encoded = encodeArgs(args);
    const project = await workspace.load(file);
    const found = findIn(project, id, file);
    const { engine } = workspace.app;
    const { name, tags, signal } = this.#options;
    signal?.throwIfAborted();
    const target = { environment: found.environment, task: id };
    const planned = await engine.plan(project, [target], workspace.settings, signal ?? new AbortController().signal);
    const handle = await engine.run(planned, { task: id, args: encoded, ...(name !== undefined && { name }), ...(tags && { tags }) });
    signal?.addEventListener('abort', () => void handle.cancel('its signal was aborted'), { once: true });
    return runOf<R>(workspace, handle);
  }

  async plan(...targets: (AnyEnvironment | AnyTask)[]): Promise<Plan> {
    const [first] = targets;
    if (first === undefined)
      throw new AmbitError('AMBIT_TARGET_MISSING', 'A plan was asked for without a target.', {
        hint: 'Name a task or an environment: app.plan(main).',
      });
    const { file } = definitionOf(first);
    const workspace = await this.#opened.workspace(file);
    const project = await workspace.load(file);
    const found = targets.map((target): PlanTarget => planTarget(findTarget(project, definitionOf(target).id)));
    return (await workspace.app.engine.plan(project, found, workspace.settings, new AbortController().signal)).plan;
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function findIn(project: LoadedProject, id: string, file: string): ReturnType<typeof findTask> {
  try {
    return findTask(project, id);
  } catch (cause) {
    throw new AmbitError('AMBIT_TASK_NOT_FOUND', `The task ${id} is not among what ${file} exports, nor reached from there by dependsOn.`, {
      hint: 'Export the task, or its environment, from the file that defines it.',
      facts: { task: id, file },
      cause,
    });
  }
}

/** The id of a task or environment of this program, and the file to load it from. */
function definitionOf(value: AnyEnvironment | AnyTask): { readonly id: string; readonly file: string } {
  const task = taskFacts(value);
  const id = task?.id ?? environmentDefinition(value)?.name;
  if (id === undefined)
    throw new AmbitError('AMBIT_TARGET_UNKNOWN', 'What is to be run is no task of Ambit.', {
      hint: 'Hand over what env.task(…) returned.',
    });
  const stack = definitionStack(value);
  return { id, file: (stack === undefined ? undefined : outermostFile(stack)) ?? resolve(process.argv[1] ?? '') };
}
