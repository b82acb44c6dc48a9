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

  /** The function is the last argument; without one, the task is a reference. */
  task(name: string, ...args: readonly unknown[]): BundledTask {
    const id = `${this.name}.${name}`;
    const fn = args.at(-1);
    return typeof fn === 'function' ? defineTask(id, fn as TaskFunction) : task(id);
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
