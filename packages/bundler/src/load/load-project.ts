import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { TaskDefinition } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { Observed } from '../observation.ts';
import type { ProjectBundles } from '../bundle/project-bundles.ts';
import type { LoadOptions, LoadedProject } from '../project.ts';
import { collectDefinitions } from './collect-definitions.ts';
import { importProject } from './import-project.ts';
import type { Imported } from './import-project.ts';
import { currentInputs } from './inputs.ts';
import type { Unprovided, WrittenTask } from './prepared-project.ts';
import { keepProject, projectFolder, readProject } from './project-cache.ts';
import type { ReadyProject } from './project-cache.ts';
import type { Recording } from './recorder.ts';

/**
 * Imports the user's module and what it imports, sees which call makes which task and environment, and reads what the
 * code says of tasks. Each load runs the code anew; the code made ready for that is kept in the cache.
 */
export async function loadProject(options: LoadOptions): Promise<LoadedProject> {
  const entry = realEntry(options);
  const folder = projectFolder(options.cacheDirectory, entry, options.ambit);
  const unprovided: Unprovided[] = [];
  let ready = readProject(folder) ?? (await prepare(folder, entry, options.ambit, unprovided));
  const shown = relative(ready.prepared.root, entry);
  for (;;) {
    const imported = await importProject(ready, shown, unprovided);
    if (!('name' in imported)) return loadedProject(entry, ready, imported, options.cacheDirectory);
    unprovided.push(imported);
    ready = await prepare(folder, entry, options.ambit, unprovided);
  }
}

async function prepare(folder: string, entry: string, ambit: string | undefined, unprovided: readonly Unprovided[]): Promise<ReadyProject> {
  const { prepareProject } = await import('./prepare/prepare-project.ts');
  return keepProject(folder, await prepareProject({ entry, ambit, unprovided, outfile: join(folder, 'module.mjs') }));
}

function realEntry({ entry: path, called = path }: LoadOptions): string {
  const found = isAbsolute(path) && statSync(path, { throwIfNoEntry: false });
  if (found && found.isFile()) return realpathSync(path);
  throw new AmbitError('AMBIT_LOAD_NOT_FOUND', found ? `${called} is a folder, not a module.` : `There is no file ${called}.`, {
    hint: 'Name a TypeScript or JavaScript module.',
    facts: { path },
  });
}

function loadedProject(entry: string, ready: ReadyProject, { exports, recording }: Imported, cacheDirectory: string): LoadedProject {
  const { prepared } = ready;
  const written = (task: TaskDefinition): WrittenTask | undefined => {
    const sites = (recording.taskSites.get(task) ?? []).map((site) => prepared.tasks[site]);
    return sites.find((site) => site?.parameters !== undefined) ?? sites.find((site) => site !== undefined);
  };
  return {
    entry,
    root: prepared.root,
    exports,
    ...collectDefinitions(exports, written),
    bundle: bundling(observedProject(entry, ready, recording), cacheDirectory),
  };
}

function observedProject(entry: string, { prepared, inputs }: ReadyProject, { observations }: Recording): Observed {
  const imports =
    prepared.imports && Object.entries(prepared.imports).map(([file, targets]) => [file, new Map(Object.entries(targets))] as const);
  return {
    entry,
    root: prepared.root,
    observations,
    sources: prepared.sources,
    files: new Map(Object.entries(prepared.files)),
    imports: imports && new Map(imports),
    changed: () => {
      const current = inputs && currentInputs(inputs);
      return typeof current === 'string' ? current : undefined;
    },
  };
}

function bundling(observed: Observed, cacheDirectory: string): LoadedProject['bundle'] {
  let bundles: Promise<ProjectBundles> | undefined;
  return async (environment) => {
    bundles ??= import('../bundle/project-bundles.ts').then(({ ProjectBundles }) => new ProjectBundles(observed, cacheDirectory));
    return (await bundles).bundle(environment);
  };
}
