import { relative } from 'node:path';
import type { LoadedProject, LoadedTask } from '@ambit/bundler';
import { didYouMean } from '@ambit/core';
import type { PlanTarget } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { listed } from '../view/listed.ts';

/** A task, or an environment. */
export type Target = { readonly kind: 'task'; readonly task: LoadedTask } | { readonly kind: 'environment'; readonly target: PlanTarget };

export function planTarget(target: Target): PlanTarget {
  return target.kind === 'task' ? { environment: target.task.environment, task: target.task.definition.id } : target.target;
}

/** By a task's id, else the name under which the file exports it (or an override of it), else its own name, else an environment's name. */
export function findTarget(project: LoadedProject, name: string): Target {
  const { tasks, environments } = project;
  const ways: ((task: LoadedTask) => boolean)[] = [
    (task) => !task.options && task.definition.id === name,
    (task) => task.exportedAs === name,
    (task) => !task.options && task.definition.name === name,
  ];
  for (const way of ways) {
    const found = tasks.filter(way);
    if (found.length > 1)
      throw ambiguous(
        name,
        found.map((task) => task.definition.id),
      );
    if (found[0]) return { kind: 'task', task: found[0] };
  }
  const named = environments.find(({ definition, exportedAs }) => definition.name === name || exportedAs === name);
  if (named) return { kind: 'environment', target: { environment: named.definition } };
  throw unknown(project, name);
}

export function findTask(project: LoadedProject, name: string): LoadedTask {
  const target = findTarget(project, name);
  if (target.kind === 'task') return target.task;
  throw new AmbitError('AMBIT_TARGET_NO_TASK', `${name} is an environment, and a run needs a task.`, {
    hint: `Name a task: ${listed(project.tasks.map((task) => task.definition.id))}.`,
    facts: { target: name },
  });
}

/** Where none was named: the only exported task. */
export function onlyTask(project: LoadedProject): LoadedTask {
  const exported = project.tasks.filter((task) => task.exportedAs !== undefined);
  if (exported.length === 1) return exported[0]!;
  const names = exported.map((task) => task.exportedAs!);
  throw exported.length === 0
    ? nothingExported(project)
    : new AmbitError('AMBIT_TARGET_MISSING', `${fileOf(project)} exports several tasks: ${listed(names)}.`, {
        hint: `Name one of them behind the file.`,
        facts: { exported: names },
      });
}

/** Where none was named: all exported environments, and those of exported tasks. */
export function allTargets(project: LoadedProject): readonly PlanTarget[] {
  const exported = project.environments.filter(({ exportedAs }) => exportedAs !== undefined).map(({ definition }) => definition);
  const ofTasks = project.tasks.filter((task) => task.exportedAs !== undefined).map((task) => task.environment);
  const all = [...new Set([...exported, ...ofTasks])];
  if (all.length === 0) throw nothingExported(project);
  return all.map((environment) => ({ environment }));
}

function nothingExported(project: LoadedProject): AmbitError {
  return new AmbitError('AMBIT_TARGET_NOTHING', `${fileOf(project)} exports no task and no environment.`, {
    hint: 'Export one: export const main = env.task(…).',
    facts: { file: project.entry },
  });
}

function ambiguous(name: string, ids: readonly string[]): AmbitError {
  return new AmbitError('AMBIT_TARGET_AMBIGUOUS', `${name} may be any of ${listed(ids)}.`, {
    hint: 'Name the one you mean by its id.',
    facts: { target: name, candidates: [...ids] },
  });
}

function unknown(project: LoadedProject, name: string): AmbitError {
  const known = new Set<string>();
  for (const { exportedAs, definition } of project.tasks) known.add(exportedAs ?? definition.id).add(definition.id);
  for (const { definition } of project.environments) known.add(definition.name);
  return new AmbitError('AMBIT_TARGET_UNKNOWN', `${fileOf(project)} has no task or environment ${name}.${didYouMean(name, known)}`, {
    hint: known.size > 0 ? `There are: ${listed([...known])}.` : 'It exports no task and no environment.',
    facts: { target: name, known: [...known] },
  });
}

function fileOf({ root, entry }: LoadedProject): string {
  return relative(root, entry);
}
