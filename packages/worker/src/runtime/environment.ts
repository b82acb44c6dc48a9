import type { TaskSchemas } from '@ambit/plugin-api';
import { defineTask, task } from './tasks.ts';
import type { BundledTask } from './tasks.ts';
import type { TaskFunction } from './worker-facts.ts';

/**
 * An environment as bundles have it: a name. What it needs (image, resources, dependencies) was read before the code was
 * cut. Its methods work for code that could not be cut and stayed whole.
 */
export class TaskEnvironment {
  readonly name: string;
  readonly dependsOn: readonly TaskEnvironment[] = [];

  constructor(options: { readonly name: string }) {
    this.name = options.name;
  }

  /** The function is the last argument; without one, the task is a reference. Of the options, only the schemas count here. */
  task(name: string, ...args: readonly unknown[]): BundledTask {
    const id = `${this.name}.${name}`;
    const fn = args.at(-1);
    if (typeof fn !== 'function') return task(id);
    const { input, output } = (args.length > 1 ? (args[0] ?? {}) : {}) as TaskSchemas;
    const schemas = { ...(input && { input }), ...(output && { output }) };
    return defineTask(id, fn as TaskFunction, (input ?? output) ? schemas : undefined);
  }

  addDependency(..._environments: readonly unknown[]): this {
    return this;
  }

  cloneWith(options: { readonly name: string }): TaskEnvironment {
    return new TaskEnvironment(options);
  }
}

export function environment(name: string): TaskEnvironment {
  return new TaskEnvironment({ name });
}
